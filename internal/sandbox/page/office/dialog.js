// Dialogs: a window beside Outlook that begins on our own origin, may go
// anywhere from there, and talks to the page that opened it.
// https://learn.microsoft.com/office/dev/add-ins/develop/dialog-api-in-office-add-ins
// https://learn.microsoft.com/office/dev/add-ins/develop/dialog-handle-errors-events

const dialogErrors = {
  12002: "The URL passed to displayDialogAsync does not exist.",
  12003: "The dialog was led to an address without HTTPS.",
  12004: "The domain of the URL passed to displayDialogAsync is not trusted: it has to be that of the page.",
  12005: "The URL passed to displayDialogAsync uses the HTTP protocol. HTTPS is required.",
  12006: "The dialog was closed.",
  12007: "A dialog is already open.",
  12009: "The user chose to ignore the dialog.",
  12011: "The browser blocked the window.",
};
const dialogError = (code) => ({ error: { name: "DialogError", message: dialogErrors[code], code } });

let theDialog = null;

/** Loopback counts as HTTPS: a sandbox has no certificates. */
const secure = (url) => url.protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);

function displayDialogAsync(address, ...rest) {
  if (typeof address !== "string") refuseArguments("displayDialogAsync", "an address is needed");
  const { options, callback } = split("displayDialogAsync", 0, rest);
  if (options.displayInIframe) refuseArguments("displayDialogAsync", "displayInIframe is not played by this sandbox");
  const done = (result) => deliver(new Promise((resolve) => setTimeout(() => resolve(result), facts.slow)), options, callback);
  let url;
  try {
    url = new URL(address);
  } catch {
    refuseArguments("displayDialogAsync", "the address has to be whole");
  }
  if (theDialog) return done(dialogError(12007));
  if (!secure(url)) return done(dialogError(12005));
  if (url.origin !== location.origin) return done(dialogError(12004));
  if (facts.surface === "command") return void deliver(throughHost(url, options), options, callback);
  const open = () => {
    const name = dialogMark + JSON.stringify({ origin: location.origin, platform: facts.platform, id: crypto.randomUUID() });
    const popup = window.open(url, name, features(options));
    if (!popup) return done(dialogError(12011));
    const dialog = (theDialog = popupDialog(popup));
    // What happens in the dialog is told only once the page knows of it.
    done({ value: dialog.face }).then(() => setTimeout(dialog.begin));
  };
  if (facts.prompts && options.promptBeforeOpen !== false) askToOpen(open, () => done(dialogError(12009)));
  else open();
}

/** Percentages of the screen. */
function features({ width = 80, height = 80 }) {
  const part = (all, percent) => Math.max(250, Math.round((all * Math.min(99, Math.max(1, percent))) / 100));
  return `popup,width=${part(screen.availWidth, width)},height=${part(screen.availHeight, height)}`;
}

/** What both kinds of dialog show to the page. */
function dialogFace(send, close) {
  const all = new Map([[Office.EventType.DialogMessageReceived, new Set()], [Office.EventType.DialogEventReceived, new Set()]]);
  let early = []; // until somebody can listen
  const tell = (type, args) => all.get(type).forEach((handler) => setTimeout(() => handler({ ...args, type })));
  return {
    fire: (type, args) => (early ? early.push([type, args]) : tell(type, args)),
    begin() {
      const told = early ?? [];
      early = null;
      for (const [type, args] of told) tell(type, args);
    },
    face: {
      addEventHandler(type, handler) {
        if (!all.has(type)) refuseArguments("addEventHandler", `a dialog has no event ${type}`);
        all.get(type).add(handler);
      },
      messageChild(text, { targetOrigin } = {}) {
        if (typeof text !== "string") refuseArguments("messageChild", "only text can be sent");
        send(text, targetOrigin ?? location.origin);
      },
      close,
    },
  };
}

function popupDialog(popup) {
  const { face, fire, begin } = dialogFace(
    (text, targetOrigin) => popup.postMessage({ office: "fromParent", text }, targetOrigin),
    () => end(true),
  );
  const end = (close) => {
    clearInterval(watching);
    removeEventListener("message", hear);
    theDialog = null;
    if (close) popup.close();
  };
  const hear = ({ source, origin, data }) => {
    if (source !== popup || data?.office !== "toParent" || typeof data.text !== "string") return;
    fire(Office.EventType.DialogMessageReceived, { message: data.text, origin });
  };
  addEventListener("message", hear);
  // A page with Cross-Origin-Opener-Policy leaves the group of windows: to us it
  // looks closed, whatever the person sees.
  let looked = false;
  const watching = setInterval(() => {
    if (popup.closed) {
      end(false);
      fire(Office.EventType.DialogEventReceived, { error: 12006 });
    } else if (!looked) {
      const status = statusOf(popup);
      looked = status !== 0;
      if (status >= 400) fire(Office.EventType.DialogEventReceived, { error: 12002 });
    }
  }, 100);
  return { face, end, begin };
}

/** The status of the dialog's first page once it is there; 0 before. */
function statusOf(popup) {
  try {
    if (popup.location.href === "about:blank" || popup.document.readyState !== "complete") return 0;
    return popup.performance.getEntriesByType("navigation")[0].responseStatus;
  } catch {
    return -1; // elsewhere by now
  }
}

/** A function command has no window that a person clicked in: Outlook asks and opens. */
async function throughHost(url, options) {
  const answer = await channel.ask("displayDialogAsync", [url.href], { width: options.width, height: options.height });
  if (answer.error) return answer.error.code === undefined ? answer : dialogError(answer.error.code);
  const { face, fire, begin } = dialogFace(
    (text, targetOrigin) => channel.say({ kind: "dialog", verb: "message", text, targetOrigin }),
    () => {
      theDialog = null;
      channel.say({ kind: "dialog", verb: "close" });
    },
  );
  theDialog = { face, end: face.close };
  setTimeout(() => setTimeout(begin)); // after the callback
  channel.heard.dialog = ({ message, origin, error }) => {
    if (error) {
      theDialog = null;
      fire(Office.EventType.DialogEventReceived, { error });
    } else {
      fire(Office.EventType.DialogMessageReceived, { message, origin });
    }
  };
  return { value: face };
}

/** The dialog goes with the pane. */
addEventListener("pagehide", () => theDialog?.end(true));

/** What the opener wrote into our name; null outside a dialog, and where a page set window.name or left its opener. */
function dialogFacts() {
  if (!window.opener || window.parent !== window || !window.name.startsWith(dialogMark)) return null;
  try {
    return JSON.parse(window.name.slice(dialogMark.length));
  } catch {
    return null;
  }
}

/** The ui of a page in a dialog. */
function dialogUI(dialog) {
  const fromParent = handlers("ui", [Office.EventType.DialogParentMessageReceived], () => true);
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== window.opener || data?.office !== "fromParent" || typeof data.text !== "string") return;
    fromParent.fire(Office.EventType.DialogParentMessageReceived, { message: data.text, origin: dialog.host ? dialog.origin : origin });
  });
  return {
    addHandlerAsync: fromParent.addHandlerAsync,
    messageParent(text, { targetOrigin } = {}) {
      if (typeof text !== "string") refuseArguments("messageParent", "only text can be sent");
      // Without targetOrigin nothing leaves another domain.
      const target = targetOrigin ?? (location.origin === dialog.origin ? dialog.origin : "null");
      if (dialog.host) window.opener.postMessage({ office: "toParent", text, target }, hostOrigin);
      else if (target !== "null") window.opener.postMessage({ office: "toParent", text }, target);
    },
  };
}
