// Shows times in the browser's own zone. Without this the page says UTC.

const language = document.documentElement.lang;
// The person's own habits (12 or 24 hours) as long as they fit the page's words.
const locale = navigator.languages.find((l) => l.split("-")[0] === language) ?? language;
const format = new Intl.DateTimeFormat(locale, {
  weekday: "short", day: "numeric", month: "short", year: "numeric",
  hour: "numeric", minute: "2-digit", timeZoneName: "short",
});

for (const time of document.querySelectorAll("time[datetime]")) {
  const start = new Date(time.dateTime);
  // Events have an end, moments have none.
  const end = new Date(time.dataset.end ?? time.dateTime);
  if (end >= start) {
    time.textContent = end > start ? format.formatRange(start, end) : format.format(start);
  }
}
