// The function file: the ribbon's button and the phone's. It adds a meeting
// with the person's preferences, without the pane, within its minute.
// https://learn.microsoft.com/office/dev/add-ins/outlook/online-meeting

import { Refused, Server } from "./api.js";
import { ask, Item } from "./item.js";
import { office } from "./office.js";
import { connectWebex, DialogError, signIn } from "./signin.js";
import { speak, t } from "./text.js";
import { add, Attempt, find, NotDone } from "./work.js";

/** Outlook ends a command after a minute; dialogs do not count. */
const patience = 50_000;

/** The one message of ours: a phone holds no second. */
const key = "webex-scheduler";

/** Longer messages are refused. */
const longest = 150;

/** Some Outlooks keep the function file, and with it the bearer, for the next command. */
const server = new Server();

/**
 * @param {"progressIndicator" | "informationalMessage" | "errorMessage"} type
 * @param {string} text
 */
async function notify(type, text) {
  const message = text.length > longest ? text.slice(0, longest - 1) + "…" : text;
  /** @type {any} */
  const details = { type, message };
  // Required of this kind, forbidden of the others.
  if (type === "informationalMessage") Object.assign(details, { icon: "Icon.16", persistent: false });
  const messages = /** @type {any} */ (Office.context.mailbox.item).notificationMessages;
  await ask("notificationMessages.replaceAsync", (/** @type {(r: Office.AsyncResult<void>) => void} */ done) => messages.replaceAsync(key, details, done)).catch(() => {});
}

/**
 * Signs in and links what is missing.
 * @param {Item} item
 */
async function connect(item) {
  const hint = Office.context.mailbox.userProfile.emailAddress ?? "";
  if (server.token && !(await server.me().then(() => true, () => false))) server.token = "";
  if (!server.token) await signIn(server, hint);
  let me = await server.me();
  // Whose other addresses are not known is believed.
  const own = () => !me.account.addresses.length || [me.account.upn, ...me.account.addresses].some((a) => a.toLowerCase() === hint.toLowerCase());
  server.mailbox = await item.owner([hint, me.account.upn, ...me.account.addresses]);
  if ((me.calendar !== "connected" && !server.mailbox) || (hint && !own())) {
    await signIn(server, hint);
    me = await server.me();
    if (hint && !own()) throw new NotDone("command.other");
  }
  if (server.mailbox) {
    if (!(await server.owner())) throw new NotDone("shared.closed");
    return; // what its owner lacks is told by the server
  }
  if (me.webex.state === "missing" || me.webex.state === "dead") await connectWebex(me.account.upn || hint);
}

/** @param {Item} item */
async function work(item) {
  const found = (await find(server, item)).meeting;
  if (found) return t(found.ofSeries ? "date.has" : "command.already");
  const options = server.mailbox ? {} : (await server.preferences()).options;
  const { meeting, id, locationFailed } = await add(server, item, options, new Attempt());
  if (meeting.ofSeries) return t("date.has");
  if (locationFailed) return t("error.location");
  return t(id ? "added.saved" : "added");
}

/** @param {unknown} e */
function excuse(e) {
  if (e instanceof DialogError) return t(e.key);
  if (e instanceof NotDone) return e.detail ?? t(e.key);
  if (e instanceof Refused) return e.detail ?? t(e.status === 0 ? "error.network" : "error.server");
  return t("error.outlook");
}

/** @param {Office.AddinCommands.Event} event */
async function addMeeting(event) {
  try {
    await speak(Office.context.displayLanguage);
    await notify("progressIndicator", t("progress.add"));
    const item = new Item(/** @type {any} */ (Office.context.mailbox.item));
    await connect(item);
    const late = new Promise((_, reject) => setTimeout(() => reject(new NotDone("error.slow")), patience));
    await notify("informationalMessage", String(await Promise.race([work(item), late])));
  } catch (e) {
    console.error(e);
    await notify("errorMessage", excuse(e));
  } finally {
    event.completed({ allowEvent: true });
  }
}

office().then(() => Office.actions.associate("addMeeting", addMeeting)).catch(console.error);
