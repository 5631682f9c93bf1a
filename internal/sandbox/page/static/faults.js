// The panel "Break things", and what is broken now.

import { $, el, say } from "./dom.js";
import * as api from "./api.js";

const panel = $("faults");
const opener = $("break");
const often = $("fault-often");
const who = $("fault-who");

/** Puts a button's sentence together: how often, what, and what is chosen beside it. */
function label(button) {
  const { one, many } = button.dataset;
  const { times, for: length } = often.selectedOptions[0].dataset;
  const choice = button.nextElementSibling?.selectedOptions[0].dataset.word ?? button.dataset.word;
  const what = (times === "1" && one ? one : many).replace("{choice}", choice);
  if (!one) return button.replaceChildren(what);
  let before = "All";
  if (times) before = times === "1" ? "The next" : "The next " + times;
  else if (length) before = often.selectedOptions[0].text + " all";
  button.replaceChildren(el("span", {}, before), " " + what);
}

function relabel() {
  panel.querySelectorAll("[data-fault]").forEach(label);
}

async function attempt(work, message) {
  try {
    const value = await work();
    say(message ?? value.sentence + ".");
  } catch (error) {
    say(error.message, true);
  }
  read();
}

panel.addEventListener("click", (e) => {
  const button = e.target.closest("[data-fault]");
  if (!button) return;
  const { fault, one, nobody, param } = button.dataset;
  const { times, for: length } = often.selectedOptions[0].dataset;
  const wanted = { fault };
  if (who.value && !nobody) wanted.who = who.value;
  if (one && times) wanted.times = Number(times);
  if (one && length) wanted.for = length;
  const choice = button.nextElementSibling?.value;
  if (param === "wait" && choice) wanted.wait = choice;
  if (param === "code" && choice) wanted.code = Number(choice);
  attempt(() => api.breakFault(wanted));
});
panel.addEventListener("change", relabel);

function toggle(open) {
  if (open) panel.show();
  else panel.close();
  opener.setAttribute("aria-expanded", String(open));
}
opener.addEventListener("click", () => toggle(!panel.open));
$("faults-close").addEventListener("click", () => toggle(false));
panel.addEventListener("keydown", (e) => e.key === "Escape" && toggle(false));
panel.addEventListener("close", () => opener.focus());

// What is broken now
let timer;

function chip(b) {
  const mend = el("button.icon", { type: "button", "aria-label": "Mend: " + b.sentence }, "×");
  mend.addEventListener("click", () => attempt(() => api.mend(b.id), "Mended."));
  return el("li.chip", { "data-broken": b.fault }, el("span", {}, b.sentence), mend);
}

function show(broken) {
  const list = $("broken-list");
  // The button that was just pressed goes with its chip: its neighbour is next.
  const at = [...list.children].findIndex((c) => c.contains(document.activeElement));
  list.replaceChildren(...broken.map(chip));
  $("broken").hidden = broken.length === 0;
  if (at >= 0) (list.children[Math.min(at, broken.length - 1)]?.querySelector("button") ?? opener).focus();
  clearTimeout(timer);
  if (broken.some((b) => b.ends)) timer = setTimeout(read, 5_000);
}

let reading = null, again = false;

/** Reads what is broken; once more if that changed meanwhile. */
export function read() {
  if (reading) {
    again = true;
    return;
  }
  reading = api.faults().then((all) => show(all.broken), (error) => say(error.message, true)).finally(() => {
    reading = null;
    if (again) {
      again = false;
      read();
    }
  });
}

$("calm").addEventListener("click", () => attempt(api.calm, "All is calm again."));

/** Shows what lies in somebody's Deleted Items. */
export function showDeleted(user, name, events) {
  $("deleted-of").textContent = name;
  $("deleted").replaceChildren(...events.map((e) => {
    const back = el("button.small", { type: "button", "aria-label": `Restore ${e.title || "(no title)"}` }, "Restore");
    back.addEventListener("click", () => attempt(() => api.restore(user, e.id), "Restored."));
    return el("li", {}, el("span", {}, e.title || "(no title)"), el("time", { datetime: e.startsAt }, e.start.slice(0, 16).replace("T", " ")), back);
  }));
  $("deleted-none").hidden = events.length > 0;
}

relabel();
