// What the pane shows: nodes made one by one, never from text with markup.

import { t, when } from "./text.js";

/** @typedef {import("./api.js").Meeting} Meeting */

/**
 * Makes an element. Functions become listeners, true an empty attribute; false,
 * null and undefined are left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | null | undefined | ((e: any) => void)>} attributes
 * @param {...(Node | string | null | false | undefined)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((c) => c !== null && c !== false && c !== undefined).map((c) => /** @type {Node | string} */ (c)));
  return node;
}

/**
 * A button. The second press of a double click does nothing.
 * @param {string} text
 * @param {() => void} press
 * @param {string} [kind] primary, danger, quiet
 */
export function button(text, press, kind = "") {
  return el("button", { type: "button", class: `button ${kind}`.trim(), click: (/** @type {MouseEvent} */ e) => { if (e.detail < 2) press(); } }, text);
}

/**
 * A link that leaves Outlook.
 * @param {string} text
 * @param {string} href only an https address becomes a link
 * @param {string} [kind]
 */
export function link(text, href, kind = "") {
  if (!href.startsWith("https://")) return null;
  return el("a", { class: `button ${kind}`.trim(), href, target: "_blank", rel: "noopener noreferrer" }, text);
}

// One place for what goes on and one for what went wrong. They live as long as
// the pane, so that screen readers hear what changes in them.
const status = el("div", { id: "status", role: "status" });
const alert = el("div", { id: "alert", role: "alert" });
const retry = el("div", { id: "retry" });

/** The place of messages in a screen. */
export function messages() {
  return el("div", { class: "messages" }, status, alert, retry);
}

/**
 * Says what goes on, or what was done; "" says nothing.
 * @param {string} text
 * @param {boolean} [working]
 */
export function say(text, working = false) {
  status.replaceChildren(...(text ? [el("p", { class: working ? "working" : "done" }, text)] : []));
}

/**
 * Says what went wrong; "" takes it back.
 * @param {string} text
 * @param {(() => void) | null} [again]
 */
export function warn(text, again = null) {
  alert.replaceChildren(...(text ? [el("p", {}, text)] : []));
  retry.replaceChildren(...(text && again ? [button(t("retry"), again)] : []));
}

/**
 * Puts a screen in place of the one before.
 * @param {HTMLElement} screen
 * @param {boolean} focus on the heading: after something that the person did
 */
export function show(screen, focus) {
  const main = /** @type {HTMLElement} */ (document.getElementById("pane"));
  const held = main.contains(document.activeElement) && document.activeElement !== main;
  main.replaceChildren(screen);
  main.removeAttribute("aria-busy");
  if (focus || held) screen.querySelector("h1")?.focus({ preventScroll: true });
  if (focus) window.scrollTo(0, 0);
}

/**
 * Lets nothing be pressed, or everything again.
 * @param {boolean} on
 */
export function lock(on) {
  const main = /** @type {HTMLElement} */ (document.getElementById("pane"));
  main.toggleAttribute("aria-busy", on);
  if (on) main.setAttribute("aria-busy", "true");
  for (const b of main.querySelectorAll("button[data-work]")) /** @type {HTMLButtonElement} */ (b).disabled = on;
}

/**
 * A button whose work must not be started twice.
 * @param {string} text
 * @param {() => void} press
 * @param {string} [kind]
 */
export function worker(text, press, kind) {
  const b = button(text, press, kind);
  b.dataset.work = "";
  return b;
}

/** @param {string} text */
export function heading(text) {
  return el("h1", { tabindex: -1 }, text);
}

/**
 * A screen that says one thing.
 * @param {{title: string, text?: string, actions?: (Node | null)[], person?: Node | null}} parts
 */
export function sentence({ title, text, actions = [], person = null }) {
  return el("div", { class: "screen" },
    heading(title),
    text ? el("p", { class: "lead" }, text) : null,
    actions.length ? el("p", { class: "actions" }, ...actions) : null,
    messages(),
    person);
}

/**
 * Who is signed in, and the way out.
 * @param {string} name
 * @param {() => void} signOut
 */
export function person(name, signOut) {
  return el("footer", { class: "person" },
    el("p", {}, t("person", { name })),
    button(t("signout"), signOut, "quiet"));
}

/**
 * What people need to join.
 * @param {Meeting} meeting
 */
export function details(meeting) {
  const { join } = meeting;
  const fact = (/** @type {string} */ name, /** @type {Node | string} */ value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));
  return el("dl", { class: "facts" },
    join.link && join.link.startsWith("https://")
      ? fact(t("details.link"), el("a", { href: join.link, target: "_blank", rel: "noopener noreferrer" }, join.link.replace(/^https:\/\//, ""))) : null,
    join.number ? fact(t("details.number"), grouped(join.number)) : null,
    join.password ? fact(t("details.password"), password(join.password)) : null,
    join.sipAddress ? fact(t("details.video"), join.sipAddress) : null,
    meeting.kind === "meeting" && meeting.start && meeting.end ? fact(t(meeting.repeats ? "details.next" : "details.when"), when(new Date(meeting.start), new Date(meeting.end))) : null);
}

/**
 * A meeting number as Webex prints it.
 * @param {string} digits
 */
function grouped(digits) {
  return digits.replace(/^(\d{3,4})(\d{3})(\d{4})$/, "$1 $2 $3").replace(/^(\d{3})(\d{3})(\d{3})$/, "$1 $2 $3");
}

/**
 * A password that is shown on request.
 * @param {string} value
 */
function password(value) {
  const text = el("span", { class: "secret" }, "••••••••");
  const toggle = button(t("password.show"), () => {
    const shown = toggle.getAttribute("aria-pressed") === "true";
    text.textContent = shown ? "••••••••" : value;
    toggle.setAttribute("aria-pressed", String(!shown));
  }, "small");
  const copy = copier(t("password.copy"), value, "small");
  toggle.setAttribute("aria-pressed", "false");
  toggle.setAttribute("aria-label", t("password.show.name"));
  copy.setAttribute("aria-label", t("password.copy.name"));
  return el("span", { class: "password" }, text, toggle, copy);
}

/**
 * A button that copies text.
 * @param {string} text
 * @param {string} value
 * @param {string} [kind]
 */
export function copier(text, value, kind) {
  return button(text, async () => say(t((await copy(value)) ? "copied" : "copy.failed")), kind);
}

/** @param {string} value */
async function copy(value) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    // Frames of another site may not write to the clipboard by themselves.
    const field = el("textarea", { class: "unseen", "aria-hidden": "true", tabindex: -1 });
    const before = document.activeElement;
    field.value = value;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (before instanceof HTMLElement) before.focus();
    return done;
  }
}
