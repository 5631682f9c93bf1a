// The live list of calls, newest first, and the stream it comes from.

import { $, el } from "./dom.js";

const most = 200;
const list = $("log");
const pause = $("pause");
const names = {
  entra: "Entra ID", graph: "Graph", webex: "Webex", notification: "Notification",
  webhook: "Webhook", mail: "Mail", person: "Person", fault: "Fault",
};
let held = null; // entries that came while paused
let seen = 0;

/** Ids are long and alike: the tooltip has them whole. */
const short = (path) => path.replace(/[\w=-]{28,}/g, (id) => id.slice(0, 5) + "…" + id.slice(-4));

/** What happened, after the method. A click's path says nothing to people. */
function what(e) {
  const path = e.path && short(e.path);
  if (e.service === "person") return [e.note ?? path, e.actor];
  return e.service === "mail" || e.service === "fault" ? [e.note ?? path] : [path, e.note];
}

function row(e) {
  const status = e.status
    ? el("span.status", { class: "status " + (e.status >= 400 ? "bad" : "good") }, String(e.status))
    : el("span.status");
  const time = new Date(e.time);
  return el("li", { "data-service": e.service, class: (e.fault ? "faulty " : "") + (e.part ? "part" : ""), title: [e.actor, e.path, e.note].filter(Boolean).join("\n") },
    el("time", { datetime: e.time }, time.toLocaleTimeString("en-GB")),
    el("span.service", {}, names[e.service] ?? e.service),
    el("span.method", {}, e.method ?? ""),
    el("span.path", {}, what(e).filter(Boolean).join(" · ") || e.actor || ""),
    e.fault ? el("span.fault", {}, e.fault) : "",
    status);
}

function show(entries) {
  // Reading further down must not be disturbed by what comes on top.
  const away = list.scrollTop > 8 && list.scrollHeight;
  list.prepend(...entries.map(row).reverse());
  while (list.childElementCount > most) list.lastElementChild.remove();
  if (away) list.scrollTop += list.scrollHeight - away;
}

function add(e) {
  if (e.seq <= seen) return;
  seen = e.seq;
  if (!held) return show([e]);
  held.push(e);
  if (held.length > most) held.shift();
  pause.textContent = `Resume (${held.length})`;
}

pause.addEventListener("click", () => {
  if (held) {
    const waiting = held;
    held = null;
    show(waiting);
  } else {
    held = [];
  }
  pause.setAttribute("aria-pressed", String(held !== null));
  pause.textContent = held ? "Resume" : "Pause";
});

/**
 * Listens for good. changed is called when the world is no longer as it was
 * read, struck when something broken had its effect, or was broken or mended.
 */
export function listen(changed, struck) {
  const live = $("live");
  const source = new EventSource("/sandbox/events");
  source.addEventListener("open", () => {
    live.textContent = "Live";
    live.classList.remove("lost");
    seen = 0; // what comes now is new, even from a sandbox that began anew
    changed();
    struck();
  });
  source.addEventListener("error", () => {
    live.textContent = "Reconnecting…";
    live.classList.add("lost");
  });
  source.addEventListener("call", (m) => {
    const e = JSON.parse(m.data);
    add(e);
    if (e.fault || e.service === "fault") struck();
  });
  source.addEventListener("changed", changed);
}
