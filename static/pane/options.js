// The choices of one meeting. Only what the person's site allows is shown.

import { byName, t } from "./text.js";
import { button, el } from "./view.js";

/** @typedef {import("./api.js").Options} Options */
/** @typedef {import("./api.js").Offer} Offer */
/** @typedef {import("./api.js").TrackingCode} TrackingCode */

/** Fields of a list of values, in the order of the form. */
const lists = /** @type {const} */ (["joinBeforeHost", "lobby", "audio", "entryTone"]);

/**
 * Texts of the values. Written out, so that a test finds each.
 * @type {Record<string, () => string>}
 */
const words = {
  "joinBeforeHost": () => t("joinBeforeHost"),
  "joinBeforeHost.off": () => t("joinBeforeHost.off"),
  "joinBeforeHost.0": () => t("joinBeforeHost.0"),
  "joinBeforeHost.5": () => t("joinBeforeHost.5"),
  "joinBeforeHost.10": () => t("joinBeforeHost.10"),
  "joinBeforeHost.15": () => t("joinBeforeHost.15"),
  "lobby": () => t("lobby"),
  "lobby.allowJoin": () => t("lobby.allowJoin"),
  "lobby.allowJoinWithLobby": () => t("lobby.allowJoinWithLobby"),
  "lobby.blockFromJoin": () => t("lobby.blockFromJoin"),
  "audio": () => t("audio"),
  "audio.webexAudio": () => t("audio.webexAudio"),
  "audio.VoIP": () => t("audio.VoIP"),
  "audio.none": () => t("audio.none"),
  "entryTone": () => t("entryTone"),
  "entryTone.beep": () => t("entryTone.beep"),
  "entryTone.announceName": () => t("entryTone.announceName"),
  "entryTone.noTone": () => t("entryTone.noTone"),
};

export class OptionsForm {
  /**
   * @param {Offer} offer
   * @param {Options} preset
   * @param {{name: string, address: string}[]} attendees
   * @param {boolean} made the meeting is there: kind and template stay
   * @param {(() => void) | null} remember null: these are no preferences of the person's
   */
  constructor(offer, preset, attendees, made, remember) {
    this.offer = offer;
    this.made = made;
    /** @type {Options} what was chosen, shown or not */
    this.chosen = { ...preset, coHosts: [...(preset.coHosts ?? [])], password: "" };
    if (!offer.personalRoom || !this.chosen.kind) this.chosen.kind = "meeting";
    if (!made && !offer.templates.some((one) => one.id === this.chosen.template)) this.chosen.template = "";
    for (const name of lists) if (!offer[name].includes(this.chosen[name] ?? "")) this.chosen[name] = "";
    this.chosen.trackingCodes = this.presetCodes(preset.trackingCodes ?? {});
    /** @type {Options} */
    this.before = { ...this.chosen, coHosts: [...(this.chosen.coHosts ?? [])], trackingCodes: { ...this.chosen.trackingCodes } };

    this.cohosts = el("fieldset", { class: "choices" });
    /** @type {Map<TrackingCode, HTMLInputElement | HTMLSelectElement>} */
    this.codes = new Map();
    this.own = this.ownFields();
    this.room = el("p", { class: "faint" }, t("room.options"));
    this.kind = offer.personalRoom && !made ? this.kinds() : null;
    const keep = made || !remember ? null : button(t("remember"), remember, "quiet");
    this.more = el("details", { class: "options", open: !made && this.lacking() !== null }, el("summary", {}, t("options")),
      el("div", { class: "fields" }, this.own, this.room, keep));
    this.invite(attendees);
    this.swap();
  }

  kinds() {
    const radio = (/** @type {"meeting" | "personalRoom"} */ value, /** @type {string} */ text) => el("label", { class: "choice" },
      el("input", { type: "radio", name: "kind", value, checked: this.chosen.kind === value, change: () => { this.chosen.kind = value; this.swap(); } }), el("span", {}, text));
    return el("fieldset", { class: "choices" }, el("legend", {}, t("kind")), radio("meeting", t("kind.meeting")), radio("personalRoom", t("kind.personalRoom")));
  }

  /** Shows what belongs to the kind. */
  swap() {
    const room = this.chosen.kind === "personalRoom";
    this.own.hidden = room;
    this.room.hidden = !room;
  }

  ownFields() {
    const { offer, chosen } = this;
    const templates = offer.templates.length && !this.made
      ? this.select("template", t("template"), [["", t("template.none")], ...offer.templates.map((one) => /** @type {[string, string]} */ ([one.id, one.name]))]) : null;
    const rule = offer.password ? el("p", { id: "rule", class: "faint small" }, ruleText(offer.password)) : null;
    const password = el("label", { class: "field" }, el("span", {}, t("password")),
      el("input", { type: "text", name: "password", autocomplete: "off", spellcheck: "false", maxlength: 64, "aria-describedby": rule && "rule",
        placeholder: t(this.made ? "password.keep" : "password.drawn"), input: (/** @type {any} */ e) => { chosen.password = e.target.value; } }));
    const leaveOut = this.checkbox(t("password.leaveOut"), !!chosen.leaveOutPassword, (on) => { chosen.leaveOutPassword = on; });
    return el("div", { class: "fields" }, templates, this.codeFields(), el("div", { class: "fields tight" }, password, rule, leaveOut), this.cohosts,
      ...lists.filter((name) => offer[name].length)
        .map((name) => this.select(name, words[name](), [["", t("site")], ...offer[name].map((v) => /** @type {[string, string]} */ ([v, words[`${name}.${v}`]?.() ?? v]))])));
  }

  /**
   * @param {"template" | "joinBeforeHost" | "lobby" | "audio" | "entryTone"} name
   * @param {string} label
   * @param {[string, string][]} values
   */
  select(name, label, values) {
    return el("label", { class: "field" }, el("span", {}, label),
      el("select", { name, change: (/** @type {any} */ e) => { this.chosen[name] = e.target.value; } },
        ...values.map(([value, text]) => el("option", { value, selected: this.chosen[name] === value }, text))));
  }

  /**
   * The values that tracking codes begin with. A new meeting has the site's
   * defaults, and nothing that the site does not take; one that is there has its own.
   * @param {Record<string, string>} given
   */
  presetCodes(given) {
    if (this.made) return { ...given };
    /** @type {Record<string, string>} */
    const codes = {};
    for (const code of this.offer.trackingCodes) {
      const value = given[code.name] ?? "";
      codes[code.name] = value && (code.input !== "select" || code.options.includes(value)) ? value : code.default;
    }
    return codes;
  }

  /** One field for each tracking code of the site. */
  codeFields() {
    const { offer, chosen } = this;
    if (!offer.trackingCodes.length) return null;
    const fields = offer.trackingCodes.map((code, i) => {
      const value = chosen.trackingCodes?.[code.name] ?? "";
      const change = (/** @type {any} */ e) => {
        const codes = { ...chosen.trackingCodes };
        delete codes[code.name];
        if (e.target.value.trim()) codes[code.name] = e.target.value.trim();
        chosen.trackingCodes = codes;
      };
      const list = code.input === "editableSelect" && code.options.length ? el("datalist", { id: `codes-${i}` }, ...code.options.map((v) => el("option", { value: v }))) : null;
      const values = !value || code.options.includes(value) ? code.options : [...code.options, value];
      const control = code.input === "select"
        ? el("select", { required: code.required, change }, el("option", { value: "" }, t(code.required ? "codes.choose" : "codes.none")),
          ...values.map((v) => el("option", { value: v, selected: v === value }, v)))
        : el("input", { type: "text", value, maxlength: 120, autocomplete: "off", required: code.required, list: list && list.id, input: change });
      this.codes.set(code, control);
      return el("label", { class: "field" }, el("span", {}, code.required ? t("codes.required", { name: code.name }) : code.name), control, list);
    });
    return el("fieldset", { class: "fields" }, el("legend", {}, t("codes")), ...fields);
  }

  /**
   * The field of a tracking code that the site requires and that has no value.
   * @returns {{name: string, control: HTMLElement} | null}
   */
  lacking() {
    if (this.chosen.kind === "personalRoom") return null;
    for (const [{ name, required }, control] of this.codes) if (required && !control.value.trim()) return { name, control };
    return null;
  }

  /**
   * @param {string} text
   * @param {boolean} checked
   * @param {(on: boolean) => void} change
   */
  checkbox(text, checked, change) {
    return el("label", { class: "choice" }, el("input", { type: "checkbox", checked, change: (/** @type {any} */ e) => change(e.target.checked) }), el("span", {}, text));
  }

  /**
   * Offers those invited as cohosts. Who was chosen and is not invited any more is not one.
   * @param {{name: string, address: string}[]} attendees
   */
  invite(attendees) {
    const { chosen } = this;
    const sorted = [...attendees].sort((a, b) => byName(a.name, b.name));
    this.invited = attendees.map((a) => a.address);
    this.cohosts.replaceChildren(el("legend", {}, t("cohosts")), ...(sorted.length
      ? sorted.map(({ name, address }) => this.checkbox(name === address ? address : `${name} (${address})`, !!chosen.coHosts?.includes(address), (on) => {
        chosen.coHosts = [...(chosen.coHosts ?? []).filter((a) => a !== address), ...(on ? [address] : [])].sort();
      }))
      : [el("p", { class: "faint small" }, t("cohosts.nobody"))]));
  }

  /**
   * All choices, as a new meeting is asked for.
   * @returns {Options}
   */
  all() {
    const { chosen } = this;
    if (chosen.kind === "personalRoom") return { kind: "personalRoom" };
    return { ...chosen, coHosts: (chosen.coHosts ?? []).filter((a) => this.invited?.includes(a)) };
  }

  /**
   * What the account may keep of them.
   * @returns {Options}
   */
  lasting() {
    const { password, coHosts, ...rest } = this.chosen;
    return rest;
  }

  /**
   * What differs from how the meeting is.
   * @returns {Options}
   */
  changes() {
    /** @type {Options} */
    const found = {};
    for (const name of lists) if (this.chosen[name] !== this.before[name]) found[name] = this.chosen[name];
    if (this.chosen.password) found.password = this.chosen.password;
    if (!!this.chosen.leaveOutPassword !== !!this.before.leaveOutPassword) found.leaveOutPassword = !!this.chosen.leaveOutPassword;
    if (codesText(this.chosen) !== codesText(this.before)) found.trackingCodes = this.chosen.trackingCodes;
    if (String(this.chosen.coHosts) !== String(this.before.coHosts)) found.coHosts = this.chosen.coHosts;
    return found;
  }
}

/**
 * Tracking codes as text that is the same for the same ones.
 * @param {Options} options
 */
function codesText({ trackingCodes = {} }) {
  return JSON.stringify(Object.entries(trackingCodes).filter(([, value]) => value).sort());
}

/** @param {NonNullable<Offer["password"]>} rule */
function ruleText(rule) {
  const parts = [
    rule.minLength && t("rule.length", { n: rule.minLength }), rule.minAlpha && t("rule.letters", { n: rule.minAlpha }),
    rule.minNumeric && t("rule.digits", { n: rule.minNumeric }), rule.minSpecial && t("rule.special", { n: rule.minSpecial }),
    rule.mixedCase && t("rule.mixed"),
  ].filter(Boolean);
  return parts.length ? t("rule", { parts: parts.join(", ") }) : "";
}
