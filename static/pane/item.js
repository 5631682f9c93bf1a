// The event that is open in Outlook: Office.js in promises, with a deadline
// and an error that names the call.
// https://learn.microsoft.com/javascript/api/outlook/office.appointmentcompose

/** How long Outlook gets for one answer. */
const patience = 20_000;

/** Outlook did not do what it was asked. */
export class OutlookError extends Error {
  /**
   * @param {string} call
   * @param {string | number} code
   * @param {string} [message]
   */
  constructor(call, code, message = "") {
    super(`${call}: ${code} ${message}`);
    this.call = call;
    this.code = code;
  }
}

/**
 * @template T
 * @param {string} name of the call
 * @param {(done: (result: Office.AsyncResult<T>) => void) => void} call
 * @param {number} [ms] longer where a person has to answer
 * @returns {Promise<T>}
 */
export function ask(name, call, ms = patience) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new OutlookError(name, "timeout")), ms);
    try {
      call((result) => {
        clearTimeout(timer);
        if (String(result.status) === "succeeded") resolve(result.value);
        else reject(new OutlookError(name, result.error?.code ?? result.error?.name ?? "failed", result.error?.message));
      });
    } catch (e) {
      clearTimeout(timer);
      reject(new OutlookError(name, "thrown", String(e)));
    }
  });
}

/**
 * @typedef {object} Form
 * @property {string} title
 * @property {Date} start
 * @property {Date} end
 * @property {string} timeZone
 * @property {{name: string, address: string}[]} attendees
 */

/** An appointment that is being written. */
export class Item {
  /** @param {Office.AppointmentCompose} item */
  constructor(item) {
    this.item = item;
  }

  /** The id of a saved item, as Graph reads it; "" for one that was never saved. */
  async id() {
    if (!this.item.getItemIdAsync) return "";
    let id;
    try {
      id = await ask("getItemIdAsync", (done) => this.item.getItemIdAsync(done));
    } catch (e) {
      if (e instanceof OutlookError && e.code !== "timeout") return ""; // ItemNotSaved
      throw e;
    }
    const mailbox = Office.context.mailbox;
    // Not there on mobile, where ids are REST ids already.
    return id && mailbox.convertToRestId ? mailbox.convertToRestId(id, /** @type {any} */ ("v2.0")) : id;
  }

  /**
   * The address of who owns the calendar that the item is in; "" if it is that
   * of the person whom Outlook serves, or Outlook does not say. Only Outlook's
   * word: the server asks Exchange.
   * @param {string[]} own the person's addresses, as far as they are known
   */
  async owner(own) {
    const item = this.item;
    let owner = "";
    // There in shared calendars alone, and of an item that was saved.
    if (item.getSharedPropertiesAsync) {
      owner = await ask("getSharedPropertiesAsync", (/** @type {(r: Office.AsyncResult<Office.SharedProperties>) => void} */ done) => item.getSharedPropertiesAsync(done))
        .then((shared) => shared.owner ?? "", () => "");
    }
    if (!owner && item.organizer?.getAsync) {
      owner = await ask("organizer.getAsync", (/** @type {(r: Office.AsyncResult<Office.EmailAddressDetails>) => void} */ done) => item.organizer.getAsync(done))
        .then((organizer) => organizer?.emailAddress ?? "", () => "");
    }
    owner = owner.trim().toLowerCase();
    return !owner.includes("@") || own.some((a) => a.toLowerCase() === owner) ? "" : owner;
  }

  /**
   * What the form shows.
   * @returns {Promise<Form>}
   */
  async form() {
    const item = this.item;
    const [title, start, end, attendees] = await Promise.all([
      ask("subject.getAsync", (done) => item.subject.getAsync(done)),
      ask("start.getAsync", (done) => item.start.getAsync(done)),
      ask("end.getAsync", (done) => item.end.getAsync(done)),
      this.attendees(),
    ]);
    const timeZone = Office.context.mailbox.userProfile.timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone;
    return { title, start, end, attendees, timeZone };
  }

  /** Those invited, each once; names that are not resolved yet have no address. */
  async attendees() {
    const item = this.item;
    const lists = await Promise.all([
      ask("requiredAttendees.getAsync", (done) => item.requiredAttendees.getAsync(done)),
      ask("optionalAttendees.getAsync", (done) => item.optionalAttendees.getAsync(done)),
    ]);
    /** @type {Map<string, {name: string, address: string}>} */
    const found = new Map();
    for (const person of lists.flat()) {
      const address = (person.emailAddress ?? "").trim().toLowerCase();
      if (address.includes("@") && !found.has(address)) found.set(address, { name: person.displayName || address, address });
    }
    return [...found.values()];
  }

  /**
   * Whether it is a series as a whole, one date of it, or neither.
   * @returns {Promise<"" | "series" | "date">}
   */
  async repeats() {
    if (this.item.seriesId) return "date";
    if (!this.item.recurrence?.getAsync) return "";
    return (await ask("recurrence.getAsync", (done) => this.item.recurrence.getAsync(done))) ? "series" : "";
  }

  /** @returns {Promise<{type: "html" | "text", content: string}>} */
  async body() {
    const body = this.item.body;
    const type = await ask("body.getTypeAsync", (done) => body.getTypeAsync(done));
    const content = await ask("body.getAsync", (done) => body.getAsync(type, done));
    return { type: String(type) === "text" ? "text" : "html", content };
  }

  /** @param {{type: "html" | "text", content: string}} body */
  async setBody({ type, content }) {
    const coercionType = /** @type {any} */ (type);
    await ask("body.setAsync", (done) => this.item.body.setAsync(content, { coercionType }, done));
  }

  /** @returns {Promise<string>} */
  location() {
    return ask("location.getAsync", (done) => this.item.location.getAsync(done));
  }

  /** @param {string} text */
  async setLocation(text) {
    await ask("location.setAsync", (done) => this.item.location.setAsync(text, done));
  }

  /**
   * A word that the open form keeps until it is closed, even when the pane is
   * closed before it; "" where Outlook cannot keep one.
   * @param {string} name
   */
  async note(name) {
    const data = this.item.sessionData;
    if (!data?.getAsync) return "";
    return ask("sessionData.getAsync", (/** @type {(r: Office.AsyncResult<string>) => void} */ done) => data.getAsync(name, done)).catch(() => "");
  }

  /**
   * @param {string} name
   * @param {string} value "" forgets it
   */
  async setNote(name, value) {
    const data = this.item.sessionData;
    if (!data?.setAsync) return;
    await ask("sessionData.setAsync", (/** @type {(r: Office.AsyncResult<void>) => void} */ done) => data.setAsync(name, value, done)).catch(() => {});
  }

  /**
   * Calls back when somebody is invited or the event becomes a series. Only
   * where Outlook tells it, and while the pane is open.
   * @param {() => void} changed
   */
  watch(changed) {
    if (!this.item.addHandlerAsync) return;
    for (const type of [Office.EventType?.RecipientsChanged, Office.EventType?.RecurrenceChanged]) {
      if (type) ask("addHandlerAsync", (done) => this.item.addHandlerAsync(type, changed, done)).catch(() => {});
    }
  }
}

/** What is open beside the pane: an event being written, one being read, or something else. */
export function openItem() {
  const item = /** @type {any} */ (Office.context.mailbox?.item);
  if (!item || item.itemType !== "appointment") return { kind: "other", item: null };
  // A reader's subject is text, a writer's is an object with calls.
  return typeof item.subject === "string" ? { kind: "read", item } : { kind: "compose", item };
}
