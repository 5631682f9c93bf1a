// Outlook on the web asks before an add-in opens a window, in the add-in's own
// frame, unless promptBeforeOpen is false.
// https://learn.microsoft.com/javascript/api/office/office.dialogoptions

/** Shows the question; yes runs inside the click, which allows it to open a window. */
function askToOpen(yes, no) {
  const box = document.createElement("div");
  box.setAttribute("role", "alertdialog");
  box.setAttribute("aria-label", "Open a window");
  // Set one by one: a strict policy forbids style attributes, not this.
  Object.assign(box.style, {
    position: "fixed", inset: "0", zIndex: "2147483647", display: "grid", gap: "12px", placeContent: "center", padding: "16px",
    background: "Canvas", color: "CanvasText", font: "14px/1.4 system-ui, sans-serif", textAlign: "center",
  });
  const text = document.createElement("p");
  text.textContent = "Webex wants to display a new window.";
  const row = document.createElement("div");
  Object.assign(row.style, { display: "flex", gap: "8px", justifyContent: "center" });
  for (const [name, act] of [["Allow", yes], ["Ignore", no]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", () => {
      box.remove();
      act();
    });
    row.append(button);
  }
  box.append(text, row);
  document.body.append(box);
  row.firstChild.focus();
}
