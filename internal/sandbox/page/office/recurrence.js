// The rule of a series. Months are 1 to 12 in strings and 0 to 11 in numeric
// setters, as Date has them.
// https://learn.microsoft.com/javascript/api/outlook/office.seriestime

const two = (n) => String(n).padStart(2, "0");

class SeriesTime {
  #start = ""; // 2026-03-02
  #end = null;
  #minute = 0; // of the day
  #duration = 0;

  setStartDate(year, month, day) { this.#start = date("setStartDate", year, month, day); }
  setEndDate(year, month, day) { this.#end = year === null ? null : date("setEndDate", year, month, day); }
  setStartTime(hours, minutes) { this.#minute = minuteOf("setStartTime", hours, minutes); }
  setDuration(minutes) {
    if (!(minutes >= 0)) refuseArguments("setDuration", "minutes are needed");
    this.#duration = minutes;
  }
  getStartDate() { return this.#start; }
  getEndDate() { return this.#end; }
  getStartTime() { return `T${two(Math.floor(this.#minute / 60))}:${two(this.#minute % 60)}:00.000`; }
  getEndTime() {
    const end = (this.#minute + this.#duration) % 1440;
    return `T${two(Math.floor(end / 60))}:${two(end % 60)}:00.000`;
  }
  getDuration() { return this.#duration; }
}

function date(name, year, month, day) {
  if (typeof year === "string") {
    if (!/^\d{4}-\d\d-\d\d$/.test(year)) refuseArguments(name, "a date is written 2026-03-02");
    return year;
  }
  if (![year, month, day].every(Number.isInteger) || month < 0 || month > 11) refuseArguments(name, "year, month from 0 and day are needed");
  return `${year}-${two(month + 1)}-${two(day)}`;
}

function minuteOf(name, hours, minutes) {
  if (typeof hours === "string") {
    const found = /^T(\d\d):(\d\d):\d\d(\.\d+)?$/.exec(hours);
    if (!found) refuseArguments(name, "a time is written T09:00:00.000");
    [, hours, minutes] = found.map(Number);
  }
  return hours * 60 + minutes;
}

/** A rule as it crosses the channel, and back. */
const recurrence = {
  read(plain) {
    if (!plain) return null;
    const time = new SeriesTime();
    time.setStartDate(plain.startDate);
    if (plain.endDate) time.setEndDate(plain.endDate);
    time.setStartTime(Math.floor(plain.minute / 60), plain.minute % 60);
    time.setDuration(plain.duration);
    const { recurrenceType, recurrenceProperties, recurrenceTimeZone } = plain;
    return { recurrenceType, recurrenceProperties, recurrenceTimeZone, seriesTime: time };
  },
  write(rule) {
    if (!rule?.recurrenceType || !(rule.seriesTime instanceof SeriesTime)) {
      refuseArguments("recurrence.setAsync", "recurrenceType and a seriesTime are needed");
    }
    const time = rule.seriesTime;
    return {
      recurrenceType: rule.recurrenceType, recurrenceProperties: rule.recurrenceProperties, recurrenceTimeZone: rule.recurrenceTimeZone,
      startDate: time.getStartDate(), endDate: time.getEndDate(), minute: minuteOf("", time.getStartTime()), duration: time.getDuration(),
    };
  },
};
