// What the pane says, in the person's language. A language is one catalogue,
// text.<language>.json: the server names those it has on <html>.

/** @type {Record<string, string>} */
let catalogue = {};
/** Of dates, names and lists: Outlook's own tag while it fits the words. */
let locale = "en";

/**
 * Takes up the language that fits a BCP 47 tag best, and English if none does.
 * @param {string | undefined} tag
 */
export async function speak(tag) {
  const root = document.documentElement;
  const known = (root.dataset.languages ?? "en").split(" ");
  const wanted = (tag || root.lang).toLowerCase().split("-")[0];
  const language = known.includes(wanted) ? wanted : "en";
  const answer = await fetch(new URL(`text.${language}.json`, import.meta.url), { signal: AbortSignal.timeout(15_000) });
  if (!answer.ok) throw new Error(`no catalogue of ${language}`);
  catalogue = await answer.json();
  locale = tag && wanted === language ? tag : language;
  root.lang = language;
  document.title = t("product");
}

/** The language the pane speaks. */
export function language() {
  return document.documentElement.lang;
}

/**
 * @param {string} key of the catalogue
 * @param {Record<string, string | number>} [values] of its {placeholders}
 */
export function t(key, values = {}) {
  const text = catalogue[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * A time span in the person's habits, with its zone: Outlook may show another.
 * @param {Date} start
 * @param {Date} end
 */
export function when(start, end) {
  /** @type {Intl.DateTimeFormatOptions} */
  const form = { weekday: "short", day: "numeric", month: "long", hour: "numeric", minute: "2-digit", timeZoneName: "short" };
  const format = new Intl.DateTimeFormat(locale, form);
  return end > start ? format.formatRange(start, end) : format.format(start);
}

/**
 * Names in the order of the person's alphabet.
 * @param {string} a
 * @param {string} b
 */
export function byName(a, b) {
  return a.localeCompare(b, locale);
}
