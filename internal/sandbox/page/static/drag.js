// The mouse in the calendar: drag to move (with Ctrl to copy), pull the lower
// edge to change the length, drag over free time to make an event. Everything
// can be done in the dialog too, which is the way for keyboard and touch.

import { $, el } from "./dom.js";
import * as wall from "./wall.js";
import { at, days } from "./week.js";

const root = $("week");
const step = 15 * wall.minute;
const snap = (t, to = step) => Math.round(t / to) * to;
const slop = 4; // pixels that are still a click

/** act: {find(id), open(id), draw(start, end), move(id, start, end), copy(id, start)}; monday() is the first shown day. */
export function watch(monday, act) {
  let ignoreClick = false;
  root.addEventListener("click", (e) => {
    if (ignoreClick) {
      ignoreClick = false;
      return;
    }
    const button = e.target.closest(".event");
    if (button) act.open(button.dataset.event);
  });

  root.addEventListener("pointerdown", (down) => {
    ignoreClick = false;
    if (down.button !== 0 || monday() === null) return;
    const button = down.target.closest(".event");
    const touch = down.pointerType === "touch";
    if (button) {
      const event = act.find(button.dataset.event);
      if (!touch && event?.own && !event.allDay) follow(down, moving(down, button, event));
    } else if (down.target.closest(".day")) {
      if (touch) root.addEventListener("click", (e) => e.target.closest(".day") && draw(at(e.clientX, e.clientY)), { once: true });
      else follow(down, drawing(down));
    }
  });

  function draw(p) {
    const start = monday() + p.day * wall.day + Math.floor(p.time / (30 * wall.minute)) * 30 * wall.minute;
    act.draw(start, start + 30 * wall.minute);
  }

  /** Calls step for each move beyond the slop and drop at the end. */
  function follow(down, { move, drop, end }) {
    let dragged = false;
    const stop = new AbortController();
    const on = (type, f) => addEventListener(type, f, { signal: stop.signal });
    const finish = () => {
      stop.abort();
      root.classList.remove("dragging");
      end();
    };
    on("pointermove", (e) => {
      if (!dragged && Math.hypot(e.clientX - down.clientX, e.clientY - down.clientY) < slop) return;
      dragged = true;
      root.classList.add("dragging");
      getSelection().removeAllRanges();
      move(e);
    });
    on("pointerup", (e) => {
      finish();
      ignoreClick = dragged;
      drop(e, dragged);
    });
    on("pointercancel", finish);
    on("keydown", (e) => {
      if (e.key !== "Escape") return;
      e.preventDefault();
      ignoreClick = true;
      finish();
    });
  }

  function ghost() {
    const label = el("span.when");
    const box = el("div.event.ghost", {}, label);
    const holder = el("li", { "aria-hidden": "true" }, box);
    holder.style.setProperty("--lane", 0);
    holder.style.setProperty("--lanes", 1);
    return {
      box,
      place(day, from, to) {
        holder.style.setProperty("--from", from / wall.hour);
        holder.style.setProperty("--long", (to - from) / wall.hour);
        label.textContent = `${wall.clock(from)} – ${wall.clock(to % wall.day)}`;
        if (holder.parentNode !== days()[day]) days()[day].append(holder);
      },
      remove: () => holder.remove(),
    };
  }

  function moving(down, button, event) {
    const start = wall.parse(event.start), end = wall.parse(event.end);
    const grip = down.target.closest(".grip");
    const from = at(down.clientX, down.clientY);
    const g = ghost();
    g.box.prepend(el("span.title", {}, event.title || "(no title)"));
    let wanted = null;
    return {
      move(e) {
        const to = at(e.clientX, e.clientY);
        const shift = to.time - from.time;
        if (grip) {
          wanted = { start, end: Math.max(start + step, snap(end + shift)) };
        } else {
          const moved = snap(start + shift + (to.day - from.day) * wall.day);
          wanted = { start: moved, end: moved + end - start };
        }
        button.classList.add("lifted");
        g.box.classList.toggle("copying", e.ctrlKey && !grip);
        const day = Math.floor((wanted.start - monday()) / wall.day);
        if (day < 0 || day > 6) return;
        const midnight = monday() + day * wall.day;
        g.place(day, wanted.start - midnight, Math.min(wanted.end - midnight, wall.day));
      },
      drop(e, dragged) {
        if (!dragged || !wanted || (wanted.start === start && wanted.end === end)) return;
        if (e.ctrlKey && !grip) act.copy(event.id, wanted.start);
        else act.move(event.id, wanted.start, wanted.end);
      },
      end() {
        g.remove();
        button.classList.remove("lifted");
      },
    };
  }

  function drawing(down) {
    const from = at(down.clientX, down.clientY);
    const g = ghost();
    let range = null;
    return {
      move(e) {
        const to = at(e.clientX, e.clientY).time;
        range = [Math.floor(Math.min(from.time, to) / step) * step, Math.ceil(Math.max(from.time, to) / step) * step];
        g.place(from.day, ...range);
      },
      drop(_, dragged) {
        if (!dragged || !range) return draw(from);
        const midnight = monday() + from.day * wall.day;
        act.draw(midnight + range[0], midnight + range[1]);
      },
      end: g.remove,
    };
  }
}
