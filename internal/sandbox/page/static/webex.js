// The Webex side: meetings, and the mails of both services.

import * as api from "./api.js";
import { $, el, say } from "./dom.js";
import * as wall from "./wall.js";

const states = { active: "scheduled", inProgress: "in progress", expired: "over" };

function when(m) {
  const start = wall.parse(m.start), end = wall.parse(m.end);
  const last = wall.midnight(start) === wall.midnight(end) ? wall.clock(end) : `${wall.shortDay(end)} ${wall.clock(end)}`;
  return `${wall.shortDay(start)}, ${wall.clock(start)} – ${last}`;
}

function meeting(m) {
  const people = m.invitees.length;
  return el("li.card", { "data-meeting": m.id, "data-state": m.state },
    el("div.head", {}, el("h3", { id: "meeting-" + m.id }, m.title), el("span.state", {}, states[m.state] ?? m.state)),
    el("p", {}, el("time", { datetime: m.startsAt }, when(m))),
    el("p.more", {}, el("span.number", {}, m.number),
      el("span", { title: m.invitees.join("\n") || undefined }, people === 1 ? "1 invitee" : `${people || "no"} invitees`),
      el("a", { href: m.link, target: "_blank", rel: "noreferrer", "aria-label": `Link of ${m.title}` }, "Link")),
    m.recurrence ? series(m) : "",
    m.state === "expired" ? "" : el("p.more", {}, ...session(m)));
}

/** A series' rule and its next dates: what was moved or deleted is marked. */
function series(m) {
  return el("div.series", {}, el("code", {}, m.recurrence), el("ol", { "aria-label": `Next dates of ${m.title}` },
    ...m.dates.map((d) => {
      const start = wall.parse(d.start);
      const time = el("time", { datetime: d.startsAt }, `${wall.shortDay(start)}, ${wall.clock(start)}`);
      const notes = [d.title === m.title ? "" : d.title, d.deleted ? "deleted" : d.moved ? "moved" : ""].filter(Boolean);
      return el("li", { "data-date": d.id }, d.deleted ? el("del", {}, time) : time, notes.length ? el("em", {}, notes.join(", ")) : "",
        ...(d.deleted ? [] : [later(d), away(d)].map((button) => (button.ariaDescription = time.textContent, button))));
    })));
}

const hour = 3600_000;
const press = (text, work, more = {}) => {
  const button = el("button.small", { type: "button", ...more }, text);
  button.addEventListener("click", () => work().catch((error) => say(error.message, true)));
  return button;
};
const later = (m) => press("An hour later", () => api.editMeeting(m.id, { start: new Date(Date.parse(m.startsAt) + hour).toISOString() }));
const away = (m) => press("Delete", () => api.deleteMeeting(m.id));

/** What people do in Webex itself: what changes is shown by the next read. */
function session(m) {
  const control = (text, work) => press(text, work, { "aria-describedby": "meeting-" + m.id });
  const joins = control("Guest joins", () => api.join(m.id, m.invitees[0] ?? "guest@sandbox.example"));
  const starts = control("Host joins", () => api.join(m.id));
  if (m.state === "inProgress") return [joins, starts, control("End", () => api.end(m.id))];
  return [joins, starts,
    control("Rename", async () => {
      const title = prompt("The meeting's title in Webex", m.title);
      if (title) await api.editMeeting(m.id, { title });
    }),
    control("An hour later", () => api.editMeeting(m.id, { start: new Date(Date.parse(m.startsAt) + hour).toISOString() })),
    control("Delete", () => api.deleteMeeting(m.id))];
}

function mail(time, subject, text, kind) {
  return el("li", {}, el("span.kind", { "data-kind": kind }, kind), el("b", {}, subject || "(no title)"),
    el("span", {}, text), el("time", { datetime: time }, new Date(time).toLocaleTimeString("en-GB", { timeStyle: "short" })));
}

const none = (text) => el("li.none", {}, text);

export function render(side) {
  const { account, meetings, webexMails, outlookMails } = side;
  $("webex-account").textContent = account ? `${account.email} on ${account.site}` : "This person has no Webex account.";
  $("webex-count").textContent = meetings.length || "";
  $("webex-meetings").replaceChildren(...(meetings.length ? meetings.map(meeting)
    : [none("None yet. Type @webex as the location of an event.")]));
  $("webex-mails").replaceChildren(...(webexMails.length
    ? webexMails.toReversed().map((m) => mail(m.time, m.subject, `to ${m.to}, because of ${m.because}`, "webex"))
    : [none("None, as it should be.")]));
  $("outlook-mails").replaceChildren(...(outlookMails.length
    ? outlookMails.toReversed().slice(0, 50).map((m) => mail(m.time, m.subject, "to " + m.to.join(", "), m.kind))
    : [none("None.")]));
}
