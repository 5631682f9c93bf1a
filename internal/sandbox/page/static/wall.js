// Wall-clock times: what a clock shows somewhere, as milliseconds that pretend
// to be UTC. The server does all arithmetic with zones.

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** "2026-03-02T09:00:00" or "2026-03-02" */
export const parse = (text) => Date.parse((text.length === 10 ? text + "T00:00" : text.slice(0, 19)) + "Z");
/** "2026-03-02T09:00" */
export const format = (ms) => new Date(ms).toISOString().slice(0, 16);
/** "2026-03-02" */
export const date = (ms) => format(ms).slice(0, 10);

export const midnight = (ms) => Math.floor(ms / day) * day;
export const monday = (ms) => midnight(ms) - ((new Date(ms).getUTCDay() + 6) % 7) * day;

const formatter = (options) => {
  const f = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
  return (ms) => f.format(ms);
};
export const weekday = formatter({ weekday: "short" });
export const dayOfMonth = formatter({ day: "numeric" });
export const longDay = formatter({ weekday: "long", day: "numeric", month: "long" });
export const shortDay = formatter({ weekday: "short", day: "numeric", month: "short" });
export const clock = formatter({ hour: "2-digit", minute: "2-digit" });

/** "9:15 to 9:30" with its day or days */
export function span(start, end, allDay) {
  if (allDay) {
    return end - start > day ? `${longDay(start)} to ${longDay(end - day)}` : `${longDay(start)}, all day`;
  }
  const same = midnight(start) === midnight(end);
  return `${longDay(start)}, ${clock(start)} to ${same ? "" : longDay(end) + ", "}${clock(end)}`;
}

/** "23 – 29 November 2026" */
export function week(start) {
  const range = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
  return range.formatRange(start, start + 6 * day);
}
