// Signing in: a dialog on our own address, at whose end a one-time code comes
// back. The code answers a challenge that only this pane can meet.
// https://learn.microsoft.com/office/dev/add-ins/develop/dialog-api-in-office-add-ins

import { ask, OutlookError } from "./item.js";

/** A dialog that came to nothing; key is that of a sentence. */
export class DialogError extends Error {
  /** @param {string} key */
  constructor(key) {
    super(key);
    this.key = key;
  }
}

/** How long a person may think about Outlook's own question before a window opens. */
const questionPatience = 300_000;

/**
 * Sentences for what Outlook says of a dialog.
 * @type {Record<string, string>}
 */
const sentences = {
  12002: "dialog.unreachable",
  12003: "dialog.unreachable",
  12004: "dialog.refused",
  12005: "dialog.refused",
  12006: "dialog.closed",
  12007: "dialog.open",
  12009: "dialog.ignored",
  12011: "dialog.blocked",
};

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** 43 letters, digits, - and _ that nobody can guess. */
export function draw() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * Opens one of our pages and waits for what it tells.
 * @param {string} path
 * @returns {Promise<any>}
 */
async function converse(path) {
  const url = location.origin + path;
  const open = (/** @type {boolean} */ promptBeforeOpen) =>
    ask("displayDialogAsync", (/** @type {(r: Office.AsyncResult<Office.Dialog>) => void} */ done) =>
      Office.context.ui.displayDialogAsync(url, { height: 65, width: 35, promptBeforeOpen }, done), questionPatience);
  /** @type {Office.Dialog} */
  let dialog;
  try {
    // Without Outlook's own question first; a browser that then blocks the
    // window lets it through once that question was answered.
    dialog = await open(false).catch((e) => {
      if (e instanceof OutlookError && Number(e.code) === 12011) return open(true);
      throw e;
    });
  } catch (e) {
    throw new DialogError((e instanceof OutlookError && sentences[e.code]) || "dialog.failed");
  }
  return new Promise((resolve, reject) => {
    dialog.addEventHandler(Office.EventType.DialogMessageReceived, (/** @type {any} */ arg) => {
      if (arg.origin && arg.origin !== location.origin) return;
      let message;
      try {
        message = JSON.parse(arg.message);
      } catch {
        return;
      }
      dialog.close();
      resolve(message);
    });
    dialog.addEventHandler(Office.EventType.DialogEventReceived, (/** @type {any} */ arg) => {
      if (Number(arg.error) !== 12006) {
        try {
          dialog.close();
        } catch {
          // It is gone by itself.
        }
      }
      reject(new DialogError(sentences[arg.error] ?? "dialog.failed"));
    });
  });
}

/**
 * Signs the person in. If the browser knows somebody else than the hint names,
 * or the calendar is not connected, the dialog asks Microsoft.
 * @param {import("./api.js").Server} server
 * @param {string} hint
 */
export async function signIn(server, hint) {
  const verifier = draw();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const message = await converse("/taskpane/signin?" + new URLSearchParams({ challenge: base64url(hash), ...(hint && { login_hint: hint }) }));
  if (typeof message.code !== "string") throw new DialogError("dialog.failed");
  await server.signIn(message.code, verifier);
}

/**
 * Links the person's Webex account.
 * @param {string} hint
 */
export async function connectWebex(hint) {
  const message = await converse("/taskpane/webex" + (hint ? "?" + new URLSearchParams({ login_hint: hint }) : ""));
  if (message.linked !== true) throw new DialogError("dialog.failed");
}
