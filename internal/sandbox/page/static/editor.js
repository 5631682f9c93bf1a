// The dialog of one event. It sends only what was changed in it, and follows
// what changes meanwhile where nothing was typed.

import { $, el } from "./dom.js";
import * as api from "./api.js";
import * as wall from "./wall.js";

const dialog = $("editor");
const form = $("editor-form");
const field = form.elements;
const names = ["title", "location", "start", "end", "timeZone", "attendees"];

let user, shown, wholeDay; // shown is null for a new event
let saved = () => {};

/** done(message, event) is called after each change. */
export function setup(done) {
  saved = done;
}

export const openEvent = () => (dialog.open ? shown?.id : undefined);

const times = (e) => e.allDay
  ? { start: e.zoneStart.slice(0, 10), end: wall.date(wall.parse(e.zoneEnd) - wall.day) } // people name the last day
  : { start: e.zoneStart.slice(0, 16), end: e.zoneEnd.slice(0, 16) };

/** What the form shows for e. */
const values = (e) => ({
  title: e.title, location: e.location, timeZone: e.timeZone, ...times(e),
  attendees: e.attendees.map((a) => a.address).join(", "),
});

/** Shows value in a field, unless something else was typed there. */
function fill(name, value, force) {
  const input = field[name];
  if (!force && input.value !== input.dataset.filled) return;
  if (name === "timeZone" && ![...input.options].some((o) => o.value === value)) input.add(new Option(value));
  input.value = value;
  input.dataset.filled = input.value;
}

function show(e, force) {
  if (force || field.allDay.checked === wholeDay) setAllDay(e.allDay);
  wholeDay = e.allDay;
  for (const [name, value] of Object.entries(values(e))) fill(name, value, force);
  const own = e.own;
  for (const name of [...names, "allDay"]) field[name].disabled = !own;
  form.querySelector('[value="save"]').hidden = $("location-hint").hidden = !own;
  $("editor-title").textContent = e.title || (e.id ? "(no title)" : "New event");
  $("editor-facts").textContent = [
    !own && `From ${e.organizer.name}, who alone can change it.`,
    e.cancelled && (own ? "Cancelled." : "Cancelled by the organiser."),
    e.draft && "Draft: invitations are not sent yet.",
    e.private && "Private.",
  ].filter(Boolean).join(" ");
  $("editor-copy").hidden = $("editor-delete").hidden = !e.id;
  $("editor-cancel").hidden = !e.id || !own || e.draft || e.cancelled || e.attendees.length === 0;
  const answers = { accepted: "accepted", declined: "declined", tentativelyAccepted: "maybe" };
  $("attendee-answers").textContent = e.attendees.map((a) => `${a.name}${answers[a.response] ? ` (${answers[a.response]})` : ""}`).join(", ");
  showJoin(e.webex);
  showBody(e);
}

function showJoin(join) {
  $("editor-join").hidden = !join;
  if (!join) return;
  const rows = [
    ["Link", el("a", { href: join.link, target: "_blank", rel: "noreferrer" }, join.link)],
    ["Number", join.number], ["Password", join.password], ["Video address", join.sip],
  ].filter(([, value]) => value);
  $("editor-join").querySelector("dl").replaceChildren(...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function showBody(e) {
  const empty = !e.id || !e.preview.trim();
  $("editor-body").hidden = empty;
  const frame = $("editor-body").querySelector("iframe");
  const address = empty ? "about:blank" : api.bodyAddress(user, e.id) + "#" + encodeURIComponent(e.version);
  if (frame.dataset.shows === address) return;
  frame.dataset.shows = address;
  // A change behind the # alone would not be fetched; replace keeps the page's history clean.
  const fresh = frame.cloneNode();
  fresh.src = address;
  frame.replaceWith(fresh);
}

function setAllDay(on) {
  field.allDay.checked = on;
  for (const name of ["start", "end"]) {
    const input = field[name];
    const value = input.value;
    input.type = on ? "date" : "datetime-local";
    if (!value) continue;
    if (on) input.value = value.slice(0, 10);
    else if (value.length === 10) input.value = value + (name === "start" ? "T09:00" : "T10:00");
  }
}

const blank = (start, end, zone) => ({
  title: "", location: "", zoneStart: wall.format(start), zoneEnd: wall.format(end), timeZone: zone, allDay: false,
  attendees: [], own: true, preview: "",
});

function open(e) {
  $("editor-alert").textContent = "";
  show(e, true);
  if (!dialog.open) dialog.showModal();
  field.title.disabled ? $("editor-close").focus() : field.title.focus();
}

export function openNew(person, start, end, zone) {
  [user, shown] = [person, null];
  open(blank(start, end, zone));
}

export function openOld(person, e) {
  [user, shown] = [person, e];
  open(e);
}

/** The calendar was read again and has the open event like this. */
export function refresh(e) {
  if (!shown || !dialog.open) return;
  if (e.version === shown.version && JSON.stringify(e) === JSON.stringify(shown)) return;
  const before = shown;
  show(e, false);
  shown = { ...e };
  if (before.version !== e.version) $("editor-alert").textContent = "";
}

/** The calendar was read again and lacks the open event. */
export function vanished() {
  if (!shown || !dialog.open) return;
  $("editor-alert").textContent = "This event is no longer in this week.";
}

/** What was changed in the form, as the API wants it. */
function changes() {
  const all = !shown;
  const out = {};
  const dirty = (name) => all || field[name].value !== field[name].dataset.filled;
  if (dirty("title")) out.title = field.title.value.trim();
  if (dirty("location")) out.location = field.location.value.trim();
  if (dirty("attendees")) out.attendees = field.attendees.value.split(/[,;\s]+/).filter(Boolean);
  const whole = field.allDay.checked;
  if (all || whole !== shown.allDay) out.allDay = whole;
  if (dirty("timeZone")) out.timeZone = field.timeZone.value;
  if (dirty("start") || dirty("end") || "allDay" in out || "timeZone" in out) {
    out.start = field.start.value;
    out.end = whole ? wall.date(wall.parse(field.end.value) + wall.day) : field.end.value;
  }
  return out;
}

async function attempt(work, message) {
  const buttons = form.querySelectorAll("button");
  buttons.forEach((b) => (b.disabled = true));
  try {
    const event = await work();
    dialog.close();
    saved(message, event);
  } catch (error) {
    $("editor-alert").textContent = error.message;
  } finally {
    buttons.forEach((b) => (b.disabled = false));
  }
}

form.addEventListener("submit", (e) => {
  e.preventDefault();
  if (field.end.value < field.start.value) {
    $("editor-alert").textContent = "The end lies before the start.";
    field.end.focus();
    return;
  }
  const wanted = changes();
  if (!shown) return attempt(() => api.create(user, wanted), "Saved.");
  if (!Object.keys(wanted).length) return dialog.close();
  attempt(() => api.change(user, shown.id, wanted), "Saved.");
});
field.start.addEventListener("change", () => {
  // The end moves along, as in Outlook.
  const before = field.start.dataset.last ?? field.start.dataset.filled;
  const [was, is, end] = [before, field.start.value, field.end.value];
  field.start.dataset.last = is;
  if (was.length !== is.length || is.length !== end.length || !is) return;
  const moved = wall.format(wall.parse(end) + wall.parse(is) - wall.parse(was));
  field.end.value = moved.slice(0, end.length);
});
field.allDay.addEventListener("change", () => setAllDay(field.allDay.checked));
field.title.addEventListener("input", () => ($("editor-title").textContent = field.title.value || (shown ? "(no title)" : "New event")));
$("editor-copy").addEventListener("click", () => attempt(() => api.copy(user, shown.id), "Copied to the next day."));
$("editor-delete").addEventListener("click", () => attempt(() => api.remove(user, shown.id), "Deleted."));
$("editor-cancel").addEventListener("click", () => attempt(() => api.cancel(user, shown.id), "Cancelled; the event is in Deleted Items."));
$("editor-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => {
  shown = null;
  delete field.start.dataset.last;
});
