// The grid of one week: seven columns, blocks laid side by side where events
// overlap, a row for whole days. Blocks are kept across renders, so that focus
// stays and a change can be seen.

import { $, el } from "./dom.js";
import * as wall from "./wall.js";

const root = $("week");
const shortest = 25 * wall.minute; // a block must stay big enough to read

const head = el("div.days");
const wholeDays = el("ul.whole", { role: "list", "aria-label": "All day" });
const hours = el("div.hours", { "aria-hidden": "true" });
const columns = [];
const line = el("div.now", { "aria-hidden": "true" });
const blocks = new Map(); // of event id and day: {li, button, version}

export const days = () => columns;

/** The day and the minute within it that a point of the window lies on. */
export function at(x, y) {
  const day = Math.max(0, columns.findLastIndex((c) => c.getBoundingClientRect().left <= x));
  const box = columns[day].getBoundingClientRect();
  return { day, time: Math.min(wall.day, Math.max(0, ((y - box.top) / box.height) * wall.day)) };
}

export function build() {
  for (let h = 1; h < 24; h++) {
    const label = el("span", {}, `${h}:00`);
    label.style.setProperty("--at", h);
    hours.append(label);
  }
  for (let i = 0; i < 7; i++) {
    columns.push(el("ul.day", { role: "list" }));
    head.append(el("div.dayname"));
  }
  const top = el("div.top", {}, el("div.corner"), head, el("span.whole-name", { "aria-hidden": "true" }, "All day"), wholeDays);
  root.append(top, el("div.grid", {}, hours, ...columns));
  keepHour(root.querySelector(".grid"), 7);
}

/** Keeps the hour at the upper edge when the size of the window, and so that of an hour, changes. */
function keepHour(grid, hour) {
  let height = 0;
  new ResizeObserver(() => {
    height = grid.offsetHeight / 24;
    root.scrollTop = hour * height - 8;
  }).observe(grid);
  root.addEventListener("scroll", () => {
    if (grid.offsetHeight / 24 === height) hour = (root.scrollTop + 8) / height;
  });
}

/** Places children of one day side by side where they overlap. */
function sideBySide(parts) {
  parts.sort((a, b) => a.from - b.from || b.to - a.to);
  let group = [], lanes = [], end = -Infinity;
  const close = () => group.forEach((p) => (p.lanes = lanes.length));
  for (const p of parts) {
    const to = Math.max(p.to, p.from + shortest);
    if (p.from >= end) {
      close();
      group = [];
      lanes = [];
    }
    p.lane = lanes.findIndex((free) => free <= p.from);
    if (p.lane < 0) p.lane = lanes.length;
    lanes[p.lane] = to;
    end = Math.max(end, to);
    group.push(p);
  }
  close();
}

/** The place, unless it is the address of the meeting that the mark tells of. */
const place = (e) => (e.webex && e.location.startsWith("https://") ? "" : e.location);

function name(e, start, end) {
  return [
    e.title || "(no title)", wall.span(start, end, e.allDay), place(e),
    e.series && "repeats", e.webex && "with Webex meeting", e.cancelled && "cancelled", e.draft && "draft, not sent",
    !e.own && `from ${e.organizer.name}`,
  ].filter(Boolean).join(", ");
}

function block(key, e, start, end) {
  let b = blocks.get(key);
  if (!b) {
    const button = el("button.event", { type: "button" });
    b = { li: el("li", {}, button), button };
    blocks.set(key, b);
  } else if (b.version === e.version) {
    return b;
  } else if (b.version) {
    b.button.classList.remove("changed");
    void b.button.offsetWidth; // start the animation anew
    b.button.classList.add("changed");
  }
  b.version = e.version;
  b.button.dataset.event = e.id;
  b.button.dataset.show = e.showAs;
  b.button.classList.toggle("others", !e.own);
  b.button.classList.toggle("draft", e.draft);
  b.button.classList.toggle("cancelled", e.cancelled);
  b.button.setAttribute("aria-label", name(e, start, end));
  b.button.replaceChildren(
    el("span.title", {}, e.title || "(no title)", e.series ? el("span.again", { "aria-hidden": "true" }, " ↻") : ""),
    e.webex ? el("span.mark", {}, "Webex") : "",
    place(e) ? el("span.place", {}, place(e)) : "",
    e.allDay ? "" : el("span.when", {}, `${wall.clock(start)} – ${wall.clock(end)}`),
    e.own && !e.allDay ? el("span.grip") : "");
  return b;
}

/** Shows the week that begins on monday; now is the time on the person's wall. */
export function render(monday, events, now) {
  const wanted = new Set();
  const today = wall.midnight(now);
  columns.forEach((column, i) => {
    const date = monday + i * wall.day;
    column.setAttribute("aria-label", wall.longDay(date));
    column.dataset.date = wall.date(date);
    column.classList.toggle("today", date === today);
    head.children[i].replaceChildren(el("span", {}, wall.weekday(date)), el("b", {}, wall.dayOfMonth(date)));
    head.children[i].classList.toggle("today", date === today);

    const parts = [];
    for (const e of events) {
      const start = wall.parse(e.start), end = wall.parse(e.end);
      if (e.allDay || start >= date + wall.day || end < date || (end === date && end > start)) continue;
      parts.push({ e, start, end, from: Math.max(0, start - date), to: Math.min(wall.day, end - date) });
    }
    sideBySide(parts);
    const children = parts.map((p) => {
      const key = p.e.id + i;
      wanted.add(key);
      const { li, button } = block(key, p.e, p.start, p.end);
      button.classList.toggle("past", p.end <= now);
      li.style.setProperty("--from", p.from / wall.hour);
      li.style.setProperty("--long", Math.max(p.to - p.from, shortest) / wall.hour);
      li.style.setProperty("--lane", p.lane);
      li.style.setProperty("--lanes", p.lanes);
      return li;
    });
    arrange(column, children);
  });

  const whole = [];
  for (const e of events) {
    const start = wall.parse(e.start), end = wall.parse(e.end);
    const first = Math.max(0, (start - monday) / wall.day), last = Math.min(7, (end - monday) / wall.day);
    if (!e.allDay || first >= 7 || last <= 0) continue;
    const key = e.id + "all";
    wanted.add(key);
    const { li } = block(key, e, start, end);
    li.style.setProperty("grid-column", `${first + 1} / ${last + 1}`);
    whole.push(li);
  }
  arrange(wholeDays, whole);

  for (const key of blocks.keys()) if (!wanted.has(key)) blocks.delete(key);
  tick(monday, now);
}

/** Makes children those of list without moving the ones that stay, which would cost them their focus. */
function arrange(list, children) {
  for (const old of [...list.children]) if (!children.includes(old)) old.remove();
  children.forEach((c, i) => list.children[i] !== c && list.insertBefore(c, list.children[i] ?? null));
}

/** Moves the line of the current time. */
export function tick(monday, now) {
  const column = columns[Math.floor((now - monday) / wall.day)];
  if (!column) return line.remove();
  line.style.setProperty("--at", (now % wall.day) / wall.hour);
  column.after(line);
  const n = columns.indexOf(column) + 2;
  line.style.setProperty("grid-column", `${n} / ${n + 1}`);
}

/** The first block of an event, for the focus to go to. */
export const blockOf = (id) => root.querySelector(`.event[data-event="${CSS.escape(id)}"]`);
