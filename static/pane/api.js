// The server, from the pane: a bearer that lives in memory, deadlines, and
// errors with a sentence for people (RFC 9457). No cookie goes along.

import { language } from "./text.js";

/**
 * @typedef {object} Options
 * @property {"meeting" | "personalRoom"} [kind]
 * @property {string} [template]
 * @property {string} [password]
 * @property {boolean} [leaveOutPassword]
 * @property {string} [joinBeforeHost]
 * @property {string} [lobby]
 * @property {string} [audio]
 * @property {string} [entryTone]
 * @property {string[]} [coHosts]
 * @property {Record<string, string>} [trackingCodes] values by name
 *
 * @typedef {object} Meeting
 * @property {string} key
 * @property {"creating" | "ready" | "changing" | "removing" | "failed"} state
 * @property {boolean} bound
 * @property {"meeting" | "personalRoom"} kind
 * @property {boolean} repeats
 * @property {boolean} ofSeries the item asked for is one date of its series
 * @property {string} title
 * @property {string} start
 * @property {string} end
 * @property {Options} options
 * @property {{link: string, number: string, password: string, phonePassword: string, sipAddress: string, accessCode: string}} join
 * @property {string} location
 * @property {{title: string, detail: string} | null} problem
 *
 * @typedef {object} Me
 * @property {{name: string, upn: string, addresses: string[]}} account
 * @property {"connected" | "missing" | "dead"} calendar
 * @property {{state: "connected" | "missing" | "dead" | "organization", email: string, site: string}} webex
 *
 * @typedef {object} Offer
 * @property {boolean} personalRoom
 * @property {{id: string, name: string}[]} templates
 * @property {string[]} joinBeforeHost
 * @property {string[]} lobby
 * @property {string[]} audio
 * @property {string[]} entryTone
 * @property {TrackingCode[]} trackingCodes
 * @property {{minLength: number, mixedCase: boolean, minNumeric: number, minAlpha: number, minSpecial: number} | null} password
 *
 * @typedef {object} TrackingCode what the site wants to know of each meeting
 * @property {string} name
 * @property {string[]} options
 * @property {string} default
 * @property {"text" | "select" | "editableSelect"} input
 * @property {boolean} required
 *
 * @typedef {{options: Options, keywords: boolean}} Preferences
 */

/** How long one answer may take: the server itself waits 5 s for Webex. */
const patience = 20_000;

/** A request that was refused, or whose answer never came (status 0). */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} [detail] a sentence for people
   */
  constructor(status, detail) {
    super(detail || `status ${status}`);
    this.status = status;
    this.detail = detail;
  }

  /** Nobody knows whether it was done: the same request may be sent again. */
  get open() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export class Server {
  constructor() {
    /** @type {string} */
    this.token = "";
    /** @type {string} whose calendar is meant, by address; "": the person's own */
    this.mailbox = "";
  }

  /**
   * Asks about the calendar that is meant.
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  callFor(method, path, body) {
    if (this.mailbox) path += (path.includes("?") ? "&" : "?") + `mailbox=${encodeURIComponent(this.mailbox)}`;
    return this.call(method, path, body);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<any>} the answer's JSON; null if it has none
   */
  async call(method, path, body) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", "Accept-Language": language() };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const sent = this.token;
    let answer, text;
    try {
      answer = await fetch(path, {
        method, headers, body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(patience),
      });
      text = await answer.text();
    } catch {
      throw new Refused(0);
    }
    /** @type {any} */
    let value = null;
    try {
      value = text ? JSON.parse(text) : null;
    } catch {
      if (answer.ok) throw new Refused(0);
    }
    if (answer.ok) return value;
    if (answer.status === 401 && sent === this.token) this.token = "";
    throw new Refused(answer.status, value?.detail);
  }

  /**
   * Takes a one-time code in exchange for the bearer.
   * @param {string} code
   * @param {string} verifier
   */
  async signIn(code, verifier) {
    this.token = "";
    const answer = await this.call("POST", "/taskpane/token", { code, verifier });
    this.token = answer.token;
  }

  async signOut() {
    try {
      await this.call("DELETE", "/taskpane/token");
    } finally {
      this.token = "";
    }
  }

  /** @returns {Promise<Me>} */
  me() {
    return this.call("GET", "/api/v1/me");
  }

  /**
   * Whose calendar is meant; null if the person may not change it.
   * @returns {Promise<Me | null>}
   */
  async owner() {
    try {
      return await this.callFor("GET", "/api/v1/me");
    } catch (e) {
      if (e instanceof Refused && e.status === 404) return null;
      throw e;
    }
  }

  /** @returns {Promise<Offer>} */
  offer() {
    return this.callFor("GET", "/api/v1/offer");
  }

  /** @returns {Promise<Preferences>} */
  preferences() {
    return this.call("GET", "/api/v1/preferences");
  }

  /**
   * @param {Preferences} preferences
   * @returns {Promise<Preferences>}
   */
  savePreferences(preferences) {
    return this.call("PUT", "/api/v1/preferences", preferences);
  }

  /**
   * @param {{clientKey: string, item: object | null, event: object | null, options: Options}} request
   * @returns {Promise<Meeting>}
   */
  create(request) {
    return this.callFor("POST", "/api/v1/meetings", request);
  }

  /**
   * @param {string} key
   * @returns {Promise<Meeting>}
   */
  meeting(key) {
    return this.callFor("GET", `/api/v1/meetings/${encodeURIComponent(key)}`);
  }

  /**
   * The meeting of a saved item. An item that the server does not know yet has none.
   * @param {string} id
   * @returns {Promise<Meeting | null>}
   */
  async meetingOf(id) {
    try {
      const { meetings } = await this.callFor("GET", `/api/v1/meetings?item=${encodeURIComponent(id)}`);
      return meetings[0] ?? null;
    } catch (e) {
      if (e instanceof Refused && e.status === 404) return null;
      throw e;
    }
  }

  /**
   * @param {string} key
   * @param {Options} options
   * @returns {Promise<Meeting>}
   */
  change(key, options) {
    return this.callFor("PATCH", `/api/v1/meetings/${encodeURIComponent(key)}`, { options, open: true });
  }

  /**
   * Takes a meeting away. One that is gone already is no error.
   * @param {string} key
   */
  async remove(key) {
    try {
      await this.callFor("DELETE", `/api/v1/meetings/${encodeURIComponent(key)}?open=true`);
    } catch (e) {
      if (!(e instanceof Refused && e.status === 404)) throw e;
    }
  }

  /**
   * @param {string} key
   * @returns {Promise<{startLink: string, joinLink: string}>}
   */
  start(key) {
    return this.callFor("POST", `/api/v1/meetings/${encodeURIComponent(key)}/start`, {});
  }

  /**
   * Puts the join details into a body, or takes them out of it.
   * @param {string} key
   * @param {"put" | "remove"} action
   * @param {{type: string, content: string}} body
   * @returns {Promise<{content: string, changed: boolean}>}
   */
  body(key, action, body) {
    return this.callFor("POST", `/api/v1/meetings/${encodeURIComponent(key)}/body`, { action, ...body });
  }
}
