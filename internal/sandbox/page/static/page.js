// The page: whose calendar and which week is shown, and when to read again.

import { $, say } from "./dom.js";
import * as api from "./api.js";
import * as wall from "./wall.js";
import * as week from "./week.js";
import * as editor from "./editor.js";
import * as host from "./host.js";
import * as webex from "./webex.js";
import * as faults from "./faults.js";
import { watch } from "./drag.js";
import { listen } from "./log.js";

const person = $("person"), reader = $("reader");
let monday = null; // of the shown week; null until the server told which week it is
let events = [];
let now = { wall: 0, read: 0 }; // the person's wall clock, and when we read it

const wallNow = () => now.wall + (performance.now() - now.read);
const find = (id) => events.find((e) => e.id === id);

// Reading: one at a time, and once more if something changed meanwhile.
let reading = null, again = false;
function read() {
  if (reading) {
    again = true;
    return reading.then(() => reading); // the run that follows
  }
  reading = readOnce()
    .catch((error) => say(error.message, true))
    .finally(() => {
      reading = null;
      if (again) {
        again = false;
        read();
      }
    });
  return reading;
}

async function readOnce() {
  const user = person.value, shown = monday;
  const range = shown === null ? {} : { from: wall.date(shown), to: wall.date(shown + 7 * wall.day) };
  const [calendar, side, deleted, shared] = await Promise.all([api.calendar(user, range), api.webex(user), api.deleted(user), api.shares(user)]);
  if (user !== person.value || shown !== monday) {
    again = true;
    return;
  }
  monday ??= wall.parse(calendar.from);
  showReaders(shared.shares);
  events = calendar.events;
  now = { wall: wall.parse(calendar.now), read: performance.now() };
  for (const id of ["new-event", "today", "previous", "next"]) $(id).disabled = false;
  $("week-title").textContent = wall.week(monday);
  $("zone").textContent = calendar.timeZone;
  week.render(monday, events, wallNow());
  webex.render(side);
  faults.showDeleted(user, calendar.name, deleted);
  await editor.reread(find);
}

/** Who may have opened the calendar: its owner, and whom the owner lets in. */
function showReaders(shares) {
  const wanted = reader.value || new URL(location.href).searchParams.get("by") || "";
  reader.replaceChildren(new Option("its owner", ""), ...shares.map((s) => new Option(s.name, s.with)));
  reader.value = shares.some((s) => s.with === wanted) ? wanted : "";
  reader.parentElement.hidden = !shares.length;
}

function show(newMonday) {
  monday = newMonday;
  read();
}

async function attempt(work, message) {
  try {
    const e = await work();
    say(message);
    return e;
  } catch (error) {
    say(error.message, true);
  } finally {
    read();
  }
}

const zone = () => person.selectedOptions[0].dataset.zone;

watch(() => monday, {
  find,
  open: (id) => find(id) && editor.openOld(person.value, find(id)),
  draw: (start, end) => editor.openNew(person.value, start, end, zone()),
  move(id, start, end) {
    const e = find(id);
    // Shown at once; the answer brings the truth.
    Object.assign(e, { start: wall.format(start), end: wall.format(end), version: "" });
    week.render(monday, events, wallNow());
    attempt(() => api.change(person.value, id, { start: wall.format(start), end: wall.format(end), in: zone() }), "Moved.");
  },
  copy: (id, start) => attempt(() => api.copy(person.value, id, { start: wall.format(start), in: zone() }), "Copied."),
});

editor.setup(async (message, e) => {
  say(message);
  if (e) {
    const start = wall.monday(wall.parse(e.start));
    if (start !== monday) monday = start;
  }
  await read();
  (e && week.blockOf(e.id) || $("new-event")).focus();
});

$("new-event").addEventListener("click", () => {
  // The next free-looking half hour today, or Monday morning of another week.
  const time = wallNow();
  const here = time >= monday && time < monday + 7 * wall.day;
  const start = here ? Math.ceil(time / (30 * wall.minute)) * 30 * wall.minute : monday + 9 * wall.hour;
  editor.openNew(person.value, start, start + 30 * wall.minute, zone());
});
$("today").addEventListener("click", () => show(wall.monday(wallNow())));
$("previous").addEventListener("click", () => show(monday - 7 * wall.day));
$("next").addEventListener("click", () => show(monday + 7 * wall.day));

person.addEventListener("change", () => {
  const url = new URL(location.href);
  url.searchParams.set("as", person.value);
  url.searchParams.delete("by");
  reader.value = "";
  history.replaceState(null, "", url);
  api.signIn(person.value).catch((error) => say(error.message, true));
  read();
});

reader.addEventListener("change", () => {
  const url = new URL(location.href);
  if (reader.value) url.searchParams.set("by", reader.value);
  else url.searchParams.delete("by");
  history.replaceState(null, "", url);
  api.signIn(api.reader().upn).catch((error) => say(error.message, true));
  host.closePane();
});

host.setup();
week.build();
read();
listen(read, faults.read);
setInterval(() => monday !== null && week.tick(monday, wallNow()), 15_000);
setInterval(read, 60_000); // meetings begin and end without a word
