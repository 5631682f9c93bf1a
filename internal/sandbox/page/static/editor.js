// The dialog of one event. It sends only what was changed in it, and follows
// what changes meanwhile where nothing was typed.

import { $, el } from "./dom.js";
import * as api from "./api.js";
import * as compose from "./compose.js";
import * as host from "./host.js";
import * as repeat from "./repeat.js";
import * as settings from "./settings.js";
import * as wall from "./wall.js";

const dialog = $("editor");
const form = $("editor-form");
const field = form.elements;
const names = ["title", "location", "start", "end", "timeZone", "attendees", "optional", "sensitivity"];

let user, shown, wholeDay; // shown is null for a new event
let date = null; // of a series, as the calendar has it, while it or its series is open
let unsent = false; // Office.js saved it: it waits for the person's Save
let saved = () => {};

/** done(message, event) is called after each change. */
export function setup(done) {
  saved = done;
}

const of = () => (date ? field.of.value : "this"); // what a change is about

const times = (e) => e.allDay
  ? { start: e.zoneStart.slice(0, 10), end: wall.date(wall.parse(e.zoneEnd) - wall.day) } // people name the last day
  : { start: e.zoneStart.slice(0, 16), end: e.zoneEnd.slice(0, 16) };

/** What the form shows for e. */
const values = (e) => ({
  title: e.title, location: e.location, timeZone: e.timeZone, ...times(e),
  attendees: addresses(e, "required"), optional: addresses(e, "optional"), sensitivity: e.sensitivity,
});
const addresses = (e, type) => e.attendees.filter((a) => a.type === type).map((a) => a.address).join(", ");

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
  if (force || (!e.series && !repeat.dirty())) repeat.show(e.repeat?.rule ?? null); // that of a date is looked up
  repeat.enable(own && (!e.series || of() === "following"));
  form.querySelector('[value="save"]').hidden = $("location-hint").hidden = !own;
  $("editor-title").textContent = e.title || (e.id ? "(no title)" : "New event");
  $("editor-facts").textContent = [
    !own && `From ${e.organizer.name}, who alone can change it.`,
    e.cancelled && (own ? "Cancelled." : "Cancelled by the organiser."),
    e.draft && "Draft: invitations are not sent yet.",
    e.private && "Private.",
  ].filter(Boolean).join(" ");
  $("editor-copy").hidden = $("editor-duplicate").hidden = $("editor-delete").hidden = !e.id;
  $("editor-cancel").hidden = !e.id || !own || e.draft || e.cancelled || e.attendees.length === 0 || of() === "following";
  const answers = { accepted: "accepted", declined: "declined", tentativelyAccepted: "maybe" };
  $("attendee-answers").textContent = e.attendees.map((a) => `${a.name}${answers[a.response] ? ` (${answers[a.response]})` : ""}`).join(", ");
  showJoin(e.webex);
  showBody(e, force);
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

function showBody(e, force) {
  $("editor-body").hidden = !e.own && !e.preview.trim();
  if (!force && (compose.dirty() || e.version === shown?.version)) return;
  compose.show(e.body, e.bodyType, e.own);
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
  attendees: [], own: true, preview: "", body: "", bodyType: "html", sensitivity: "normal",
});

function open(e) {
  $("editor-alert").textContent = "";
  $("editor-of").hidden = !date;
  show(e, true);
  if (!dialog.open) dialog.showModal();
  field.title.disabled ? $("editor-close").focus() : field.title.focus();
  host.open(item());
}

let drafts = 0;

/** The open event for the add-in's host. */
function item() {
  return {
    draft: `new ${++drafts}`,
    own: () => !shown || shown.own,
    event: () => shown,
    itemId: () => shown?.itemId,
    organizer: () => {
      const { name, address } = shown?.organizer ?? { name: api.person().name, address: api.person().mail };
      return { displayName: name, emailAddress: address };
    },
    value: (name) => (name === "allDay" ? field.allDay.checked : field[name].value),
    enter(name, value) {
      field[name].value = value;
      if (name === "title") nameForm();
      host.changed(name);
    },
    save,
  };
}

let saving = Promise.resolve(); // one at a time: two savings of a new event would make two

/** Saves what the form shows without closing it or inviting anybody, and resolves with the id Outlook knows it by. */
function save() {
  return (saving = saving.catch(() => {}).then(saveNow));
}

async function saveNow() {
  check();
  const wanted = changes();
  if (!shown || Object.keys(wanted).length) {
    const e = shown
      ? await api.change(user, shown.id, wanted, of())
      : await api.create(user, { ...wanted, draft: true, late: settings.late() ?? "" });
    unsent ||= !shown;
    for (const name of names) field[name].dataset.filled = field[name].value;
    compose.settled();
    repeat.settled();
    if (of() === "following") field.of.value = "series"; // it has a series of its own now
    shown = e;
    show(e, false);
  }
  return shown.itemId;
}

export function openNew(person, start, end, zone) {
  [user, shown, date] = [person, null, null];
  open(blank(start, end, zone));
}

export function openOld(person, e) {
  [user, shown, date] = [person, e, e.series ? e : null];
  field.of.value = "this";
  field.of.querySelector('[value="following"]').disabled = !e.own;
  open(e);
  if (e.series) showRule(e);
}

/** Shows how the series of a date repeats. */
async function showRule(e) {
  const whole = await api.event(user, e.series).catch(() => null);
  if (whole && shown?.id === e.id && !repeat.dirty()) repeat.show(whole.repeat?.rule ?? null);
}

/** The choice of what a change is about was made. */
async function choose() {
  form.inert = true; // what would be typed meanwhile is about something else
  try {
    shown = of() === "series" ? await api.event(user, date.series) : date;
  } catch (error) {
    $("editor-alert").textContent = error.message;
    return;
  } finally {
    form.inert = false;
  }
  host.closeAll();
  open(shown);
  if (shown.series) showRule(shown);
}

/** The calendar was read again; find knows what it shows, which is no whole series. */
export async function reread(find) {
  if (!dialog.open || !shown) return;
  const before = shown;
  const e = before.type === "seriesMaster" ? await api.event(user, before.id).catch(() => null) : find(before.id);
  if (shown?.id !== before.id) return;
  e ? refresh(e) : vanished();
}

/** The calendar was read again and has the open event like this. */
function refresh(e) {
  if (e.version === shown.version && JSON.stringify(e) === JSON.stringify(shown)) return;
  const before = shown;
  show(e, false);
  shown = { ...e };
  if (before.version !== e.version) $("editor-alert").textContent = "";
}

/** The calendar was read again and lacks the open event. */
function vanished() {
  $("editor-alert").textContent = "This event is no longer in this week.";
}

/** What was changed in the form, as the API wants it. */
function changes() {
  const all = !shown;
  const out = {};
  const dirty = (name) => all || field[name].value !== field[name].dataset.filled;
  if (dirty("title")) out.title = field.title.value.trim();
  if (dirty("location")) out.location = field.location.value.trim();
  for (const name of ["attendees", "optional"]) if (dirty(name)) out[name] = field[name].value.split(/[,;\s]+/).filter(Boolean);
  if (dirty("sensitivity")) out.sensitivity = field.sensitivity.value;
  if (compose.dirty()) Object.assign(out, compose.content());
  const whole = field.allDay.checked;
  if (all || whole !== shown.allDay) out.allDay = whole;
  if (dirty("timeZone")) out.timeZone = field.timeZone.value;
  if (dirty("start") || dirty("end") || "allDay" in out || "timeZone" in out) {
    out.start = field.start.value;
    out.end = whole ? wall.date(wall.parse(field.end.value) + wall.day) : field.end.value;
  }
  if ((all && field.repeat.value) || (!all && repeat.dirty())) out.repeat = { rule: repeat.read() };
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

/** Throws a sentence where the form cannot be saved. */
function check() {
  if (field.end.value < field.start.value) throw new Error("The end lies before the start.");
  repeat.check();
}

form.addEventListener("submit", (e) => {
  e.preventDefault();
  try {
    check();
  } catch (error) {
    $("editor-alert").textContent = error.message;
    (field.end.value < field.start.value ? field.end : field.until).focus();
    return;
  }
  attempt(async () => {
    await saving.catch(() => {});
    const wanted = changes();
    if (unsent) wanted.draft = false;
    if (!shown) return api.create(user, wanted);
    return Object.keys(wanted).length ? api.change(user, shown.id, wanted, of()) : shown;
  }, "Saved.");
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
const nameForm = () => ($("editor-title").textContent = field.title.value || (shown ? "(no title)" : "New event"));
field.title.addEventListener("input", nameForm);
form.addEventListener("change", (e) => host.changed(e.target.name));
$("editor-copy").addEventListener("click", () => attempt(() => api.copy(user, shown.id), "Copied to the next day."));
$("editor-duplicate").addEventListener("click", () => attempt(() => api.duplicate(user, shown.id), "Duplicated, and sent if others are invited."));
$("editor-delete").addEventListener("click", () => attempt(() => api.remove(user, shown.id, of()), "Deleted."));
field.of.addEventListener("change", choose);
$("editor-cancel").addEventListener("click", () => attempt(() => api.cancel(user, shown.id), "Cancelled; the event is in Deleted Items."));
$("editor-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => {
  shown = null;
  unsent = false;
  delete field.start.dataset.last;
  host.closeAll();
});
