// Small helpers for the document.

export const $ = (id) => document.getElementById(id);

/** el("a.link", {href, title}, child, …): an element; undefined properties are left out. */
export function el(kind, props = {}, ...children) {
  const [tag, ...classes] = kind.split(".");
  const e = document.createElement(tag);
  e.classList.add(...classes);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    e.setAttribute(name, value === true ? "" : value);
  }
  e.append(...children.filter((c) => c !== undefined && c !== ""));
  return e;
}

let hiding;
/** Says something in passing; alarming things stay until the next. */
export function say(text, alarming = false) {
  const toast = $("toast");
  clearTimeout(hiding);
  toast.textContent = text;
  toast.classList.toggle("alarming", alarming);
  toast.classList.add("shown");
  if (!alarming) hiding = setTimeout(() => toast.classList.remove("shown"), 4000);
}
