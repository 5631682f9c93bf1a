// What the pane and the ribbon do with an event: the server makes the meeting,
// the open form is written here. Afterwards the form is as it was, or complete.

import { Refused } from "./api.js";
import { OutlookError } from "./item.js";
import { isOurs } from "./location.js";
import { draw } from "./signin.js";

/** @typedef {import("./api.js").Server} Server */
/** @typedef {import("./api.js").Meeting} Meeting */
/** @typedef {import("./api.js").Options} Options */
/** @typedef {import("./item.js").Item} Item */

/** How long a meeting may take to be made. */
const patience = 60_000;

/** Something that was not done; key is that of a sentence, detail one of the server's. */
export class NotDone extends Error {
  /**
   * @param {string} key
   * @param {string} [detail]
   */
  constructor(key, detail) {
    super(detail ?? key);
    this.key = key;
    this.detail = detail;
  }
}

/** Link keys in a body, wherever our pages live: 32 letters and digits. */
const keys = /\/m\/([a-z2-7]{32})(?![a-z0-9])/gi;

/**
 * The keys of join details in a body, each once.
 * @param {string} content
 */
function keysIn(content) {
  return [...new Set([...content.matchAll(keys)].map((m) => m[1].toLowerCase()))];
}

/**
 * Reports whether a meeting is there to stay.
 * @param {Meeting} meeting
 */
function stays(meeting) {
  return meeting.state !== "failed" && meeting.state !== "removing";
}

/** @param {number} ms */
function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * The meeting of the open form; null if it has none.
 * @param {Server} server
 * @param {Item} item
 * @returns {Promise<{meeting: Meeting | null, id: string}>}
 */
export async function find(server, item) {
  const [id, body] = await Promise.all([item.id(), item.body()]);
  const written = keysIn(body.content);
  const saved = id ? await server.meetingOf(id) : null;
  if (saved && stays(saved) && (saved.bound || written.includes(saved.key))) return { meeting: saved, id };
  for (const key of written) {
    try {
      const meeting = await server.meeting(key);
      // One that belongs to another event: this one is a copy of it.
      if (!meeting.bound && stays(meeting)) return { meeting, id };
    } catch (e) {
      if (!(e instanceof Refused && e.status === 404)) throw e;
    }
  }
  return { meeting: null, id };
}

/**
 * Waits until the server is done with a meeting.
 * @param {Server} server
 * @param {Meeting} meeting
 * @returns {Promise<Meeting>}
 */
async function settled(server, meeting) {
  const end = Date.now() + patience;
  while (meeting.state === "creating" || meeting.state === "changing") {
    if (Date.now() > end) throw new NotDone("error.slow");
    await wait(1000);
    try {
      meeting = await server.meeting(meeting.key);
    } catch (e) {
      if (!(e instanceof Refused && e.open) || Date.now() > end) throw e;
    }
  }
  return meeting;
}

/** Where an attempt's name is kept while the form is open. */
const note = "webex-scheduler";

/** The names of attempts: one whose answer was lost goes by the same name again. */
export class Attempt {
  constructor() {
    this.name = "";
  }

  /** @param {Item} item */
  async key(item) {
    this.name ||= (await item.note(note)) || draw();
    await item.setNote(note, this.name);
    return this.name;
  }

  /** @param {Item} item */
  async over(item) {
    this.name = "";
    await item.setNote(note, "");
  }
}

/**
 * Adds a meeting to the open form.
 * @param {Server} server
 * @param {Item} item
 * @param {Options} options
 * @param {Attempt} attempt
 * @returns {Promise<{meeting: Meeting, id: string, locationFailed: boolean}>}
 */
export async function add(server, item, options, attempt) {
  const [id, form] = await Promise.all([item.id(), item.form()]);
  const event = {
    title: form.title, start: form.start.toISOString(), end: form.end.toISOString(), timeZone: form.timeZone,
    attendees: form.attendees.map((a) => a.address),
  };
  const clientKey = await attempt.key(item);
  const create = (/** @type {string} */ id) => server.create({ clientKey, item: id ? { id, open: true } : null, event, options });
  /** @type {Meeting} */
  let meeting;
  try {
    meeting = await create(id).catch((e) => {
      // Outlook knows the item, Microsoft's servers not yet.
      if (id && e instanceof Refused && e.status === 404) return create("");
      throw e;
    });
    if (meeting.state === "removing") meeting = await server.change(meeting.key, options);
    meeting = await settled(server, meeting);
  } catch (e) {
    if (e instanceof Refused && !e.open && e.status !== 401) await attempt.over(item);
    throw e;
  }
  if (meeting.state !== "ready") {
    await Promise.all([attempt.over(item), server.remove(meeting.key).catch(() => {})]);
    throw new NotDone("error.failed", meeting.problem?.detail);
  }
  // A keyword may have made one meanwhile: that one is the event's.
  const other = id ? await server.meetingOf(id).catch(() => null) : null;
  if (other && other.key !== meeting.key && other.bound && stays(other)) {
    await server.remove(meeting.key).catch(() => {});
    meeting = await settled(server, other);
  }
  if (meeting.ofSeries) { // one date has the join details of its series already
    await attempt.over(item);
    return { meeting, id, locationFailed: false };
  }
  try {
    await write(server, item, meeting);
  } catch (e) {
    if (e instanceof Refused && (e.open || e.status === 401)) throw e; // the same attempt may go on
    if (!meeting.bound) await server.remove(meeting.key).catch(() => {});
    await attempt.over(item);
    throw e;
  }
  await attempt.over(item);
  return { meeting, id, locationFailed: !(await place(item, meeting)) };
}

/**
 * Puts the join details into the body. What is typed meanwhile is kept.
 * @param {Server} server
 * @param {Item} item
 * @param {Meeting} meeting
 */
async function write(server, item, meeting) {
  await edit(server, item, meeting.key, "put").catch(async (e) => {
    if (!(e instanceof OutlookError)) throw e;
    // Outlook may have done it and not said so.
    const after = await item.body().catch(() => null);
    if (!after || !keysIn(after.content).includes(meeting.key)) throw new NotDone("error.body");
  });
}

/**
 * @param {Server} server
 * @param {Item} item
 * @param {string} key
 * @param {"put" | "remove"} action
 */
async function edit(server, item, key, action) {
  let before = await item.body();
  for (let tries = 0; ; tries++) {
    const { content, changed } = await server.body(key, action, before);
    if (!changed) return;
    const now = await item.body();
    if (now.content === before.content || tries === 5) {
      await item.setBody({ type: now.type, content });
      return;
    }
    before = now;
  }
}

/**
 * Sets the location if it is ours; reports whether all is well with it.
 * @param {Item} item
 * @param {Meeting} meeting
 */
async function place(item, meeting) {
  try {
    const location = await item.location();
    if (meeting.location && location !== meeting.location && isOurs(location)) await item.setLocation(meeting.location);
    return true;
  } catch {
    return false;
  }
}

/**
 * Changes the meeting's options, and the join details if they changed with them.
 * @param {Server} server
 * @param {Item} item
 * @param {Meeting} meeting
 * @param {Options} options what changed
 * @returns {Promise<Meeting>}
 */
export async function update(server, item, meeting, options) {
  const changed = await settled(server, await server.change(meeting.key, options));
  if (changed.problem) throw new NotDone("error.change", changed.problem.detail);
  const face = (/** @type {Meeting} */ m) => JSON.stringify([m.join, m.location, !!m.options.leaveOutPassword]);
  if (face(changed) !== face(meeting)) {
    await write(server, item, changed);
    await place(item, changed);
  }
  return changed;
}

/**
 * Takes the meeting out of the open form, and away. The event loses it for good
 * when it is saved.
 * @param {Server} server
 * @param {Item} item
 * @param {Meeting} meeting
 */
export async function remove(server, item, meeting) {
  await edit(server, item, meeting.key, "remove").catch((e) => {
    throw e instanceof OutlookError ? new NotDone("error.unwritten") : e;
  });
  // A keyword goes too: it would ask for a meeting again.
  const location = await item.location().catch(() => "");
  if (location && (isOurs(location) || location === meeting.location)) await item.setLocation("").catch(() => {});
  await server.remove(meeting.key);
}
