// How the open event repeats: a few fields that make a rule in Graph's words. A
// rule that they cannot tell stays as it is under "Otherwise".
// https://learn.microsoft.com/graph/api/resources/recurrencepattern

import { $ } from "./dom.js";
import * as wall from "./wall.js";

const field = $("editor-form").elements;
const more = $("repeat-more");
const boxes = [...more.querySelectorAll('[name="days"]')];
const controls = ["repeat", "interval", "by", "ends", "until", "count"];
const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const working = weekdays.slice(1, 6);
const ordinals = ["first", "second", "third", "fourth", "last"];

let given = null; // the rule shown last
let filled = "";

const signature = () => JSON.stringify([...controls.map((name) => field[name].value), boxes.map((b) => b.checked)]);
const date = () => new Date(wall.parse(field.start.value || "2000-01-01"));
const weekday = () => weekdays[date().getUTCDay()];
const ordinal = () => ordinals[Math.ceil(date().getUTCDate() / 7) - 1];

/** The pattern of the fields alone, for the day that the form begins on. */
function pattern(type) {
  const interval = Number(field.interval.value) || 1;
  const [dayOfMonth, month] = [date().getUTCDate(), date().getUTCMonth() + 1];
  const on = field.by.value === "date" ? { dayOfMonth } : { daysOfWeek: [weekday()], index: field.by.value === "last" ? "last" : ordinal() };
  const kind = field.by.value === "date" ? "absolute" : "relative";
  const days = boxes.filter((b) => b.checked).map((b) => b.value);
  return {
    daily: { type: "daily", interval },
    weekday: { type: "weekly", interval: 1, daysOfWeek: working, firstDayOfWeek: "monday" },
    weekly: { type: "weekly", interval, daysOfWeek: days.length ? days : [weekday()], firstDayOfWeek: "monday" },
    monthly: { type: kind + "Monthly", interval, ...on },
    yearly: { type: kind + "Yearly", interval, month, ...on },
  }[type];
}

/** The rule that the fields tell, null for a single event. */
export function read() {
  const type = field.repeat.value;
  if (!type) return null;
  const range = {
    noEnd: { type: "noEnd" }, endDate: { type: "endDate", endDate: field.until.value },
    numbered: { type: "numbered", numberOfOccurrences: Number(field.count.value) },
  }[field.ends.value];
  return { pattern: type === "other" ? given.pattern : pattern(type), range };
}

/** Throws a sentence where the fields make no rule. */
export function check() {
  if (field.repeat.value && field.ends.value === "endDate" && !field.until.value) throw new Error("Say when the series ends.");
}

const alike = (a, b) => ["type", "interval", "month", "dayOfMonth"].every((k) => (a[k] || 0) === (b[k] || 0)) &&
  [...(a.daysOfWeek ?? [])].sort().join() === [...(b.daysOfWeek ?? [])].sort().join() && (a.index ?? "first") === (b.index ?? "first") &&
  (a.firstDayOfWeek === b.firstDayOfWeek || a.type !== "weekly" || a.interval === 1);

/** Shows a rule, for the start that the form shows. */
export function show(rule) {
  given = rule;
  const p = rule?.pattern ?? { type: "", interval: 1 };
  field.interval.value = p.interval;
  boxes.forEach((b) => (b.checked = p.type === "weekly" && p.daysOfWeek.includes(b.value)));
  field.by.value = !p.type.startsWith("relative") ? "date" : p.index === "last" ? "last" : "ordinal";
  field.ends.value = rule?.range.type ?? "noEnd";
  field.until.value = rule?.range.type === "endDate" ? rule.range.endDate : "";
  field.count.value = rule?.range.numberOfOccurrences || 10;
  field.repeat.value = rule ? ["weekday", "daily", "weekly", "monthly", "yearly"].find((type) => alike(pattern(type), p)) ?? "other" : "";
  settled();
  arrange();
}

export const settled = () => (filled = signature());
/** Reports whether somebody changed the fields since they were filled. */
export const dirty = () => signature() !== filled;
export function enable(on) {
  field.repeat.disabled = more.disabled = !on;
}

const letters = (name) => name.slice(0, 3);
/** The pattern in the words of Office.js. https://learn.microsoft.com/javascript/api/outlook/office.recurrence */
export function office() {
  const { pattern: p, range } = read();
  const type = field.repeat.value === "weekday" ? "weekday" : p.type.replace(/^(absolute|relative)/, "").toLowerCase();
  const set = p.daysOfWeek ?? [];
  const dayOfWeek = set.length === 7 ? "day" : set.length === 2 ? "weekendDay" : set.length > 1 ? "weekday" : letters(set[0] ?? "");
  const month = p.month ? letters(["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"][p.month - 1]) : undefined;
  const on = p.type.startsWith("relative") ? { dayOfWeek, weekNumber: p.index } : { dayOfMonth: p.dayOfMonth };
  const recurrenceProperties = {
    daily: { interval: p.interval }, weekday: { interval: 1 }, weekly: { interval: p.interval, days: set.map(letters), firstDayOfWeek: letters(p.firstDayOfWeek ?? "sunday") },
    monthly: { interval: p.interval, ...on }, yearly: { interval: p.interval, ...on, month },
  }[type];
  return { recurrenceType: type, recurrenceProperties, endDate: range.endDate ?? null };
}

/** Shows the fields that count. */
function arrange() {
  const type = field.repeat.value;
  more.hidden = !type;
  const visible = (name, on) => (field[name].closest("label").hidden = !on);
  visible("interval", type !== "weekday" && type !== "other");
  visible("by", type === "monthly" || type === "yearly");
  $("repeat-days").hidden = type !== "weekly";
  visible("until", field.ends.value === "endDate");
  visible("count", field.ends.value === "numbered");
}
for (const name of ["repeat", "ends"]) field[name].addEventListener("change", arrange);
