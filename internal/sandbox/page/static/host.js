// Outlook as an add-in's host: the ribbon's two buttons, the pane beside the
// form, the hidden frame of a function command, and what they may ask of the
// open event. The add-in lives on another site; it is spoken with through a port
// that its Office.js hands over.
// https://learn.microsoft.com/office/dev/add-ins/outlook/outlook-add-ins-overview

import { $, el } from "./dom.js";
import * as api from "./api.js";
import * as appointment from "./appointment.js";
import * as notices from "./notices.js";
import * as settings from "./settings.js";
import { OfficeError } from "./officeerror.js";

const addin = $("ribbon").dataset.addin; // its address; empty: none is installed
const origin = addin && new URL(addin).origin;
const commandTime = 60_000; // https://learn.microsoft.com/office/dev/add-ins/outlook/online-meeting

let form = null; // the open event, null without one
let session = {};
const frames = new Set();

/** A frame of the add-in, in the place for it. */
function newFrame(surface, path, place) {
  const frame = el("iframe", {
    title: surface === "pane" ? "Webex pane" : "Webex command",
    // As Outlook on the web does: no permission of the page is handed on, such as the clipboard's.
    sandbox: "allow-scripts allow-same-origin allow-forms allow-modals allow-downloads allow-popups allow-popups-to-escape-sandbox",
    src: addin + path,
  });
  const f = { frame, surface, port: null, run: null, ended() {}, dialog: null };
  frames.add(f);
  place.append(frame);
  return f;
}

function close(f) {
  if (!f || !frames.delete(f)) return;
  f.dialog?.window.close();
  f.port?.close();
  f.frame.remove();
  f.ended();
}

const pane = () => [...frames].find((f) => f.surface === "pane");

addEventListener("message", ({ source, origin: from, data, ports }) => {
  if (from !== origin) return;
  const f = [...frames].find((f) => f.frame.contentWindow === source);
  if (f && data?.office === "hello" && ports.length === 1) return welcome(f, ports[0]);
  const opener = [...frames].find((f) => f.dialog?.window === source);
  if (opener && data?.office === "toParent" && typeof data.text === "string") fromDialog(opener, from, data);
});

function welcome(f, port) {
  f.port = port;
  port.onmessage = ({ data }) => hear(f, data);
  const profile = settings.profile();
  const me = api.reader();
  const own = form.own();
  port.postMessage({ kind: "welcome", facts: {
    surface: f.surface, mode: own ? "compose" : "read",
    platform: profile.platform, hostName: profile.hostName, hostVersion: profile.hostVersion, sets: profile.sets,
    prompts: profile.prompts === true, missing: profile.missing ?? [], slow: settings.slow(),
    displayLanguage: settings.language(me.language), contentLanguage: settings.language(me.language),
    theme: settings.theme(), partitionKey: `sandbox-${location.host}`,
    userProfile: { displayName: me.name, emailAddress: me.mail, timeZone: me.zone, accountType: "office365" },
    shared: me !== api.person(), roamingSettings: api.roaming(), item: own ? { seriesId: appointment.seriesOf(form.event()) } : appointment.values(form.event()),
  } });
}

function hear(f, { kind, ...word }) {
  if (!frames.has(f)) return;
  if (kind === "call") answer(f, word);
  else if (kind === "ready" && f.run) f.port.postMessage({ kind: "run", ...f.run });
  else if (kind === "completed" && word.id === f.run?.id) close(f);
  else if (kind === "close") close(f);
  else if (kind === "dialog") toDialog(f, word);
}

async function answer(f, { id, member, args, options }) {
  const reply = (rest) => frames.has(f) && f.port.postMessage({ kind: "answer", id, ...rest });
  const wait = settings.slow();
  if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
  if (!form) return;
  try {
    if (settings.fails(member)) throw new OfficeError("InternalServerError");
    if (member === "displayDialogAsync") return reply(await openDialog(f, args[0], options));
    const all = form.own() ? appointment.organiser(form, session) : appointment.attendee(form);
    if (!all[member]) throw new OfficeError("MissingMember", `${member} is not played by this sandbox.`);
    reply({ value: await all[member](...args, options) });
  } catch (error) {
    if (!(error instanceof OfficeError)) console.error(error);
    reply({ error: (error instanceof OfficeError ? error : new OfficeError("InternalServerError", error.message)).plain });
  }
}

/** Tells the pane what happened in the form. */
function raise(type, args) {
  const f = pane();
  if (form && f?.port) f.port.postMessage({ kind: "event", type, args });
}

const raises = {
  async time() { raise("olkAppointmentTimeChanged", { type: "olkAppointmentTimeChanged", ...(await appointment.times(form)) }); },
  location() { raise("olkEnhancedLocationsChanged", { type: "olkEnhancedLocationsChanged", enhancedLocations: appointment.locations(form) }); },
  async recurrence() { raise("olkRecurrenceChanged", { type: "olkRecurrenceChanged", recurrence: await appointment.rule(form) }); },
  people(name) {
    raise("olkRecipientsChanged", { type: "olkRecipientsChanged", changedRecipientFields: {
      requiredAttendees: name === "attendees", optionalAttendees: name === "optional", resources: false, to: false, cc: false, bcc: false,
    } });
  },
};
const concerns = { start: "time", end: "time", timeZone: "time", allDay: "time", location: "location", attendees: "people", optional: "people", repeat: "recurrence" };

const pending = new Set();

/** A field of the form has another value. Start and end that change together are told once. */
export function changed(name) {
  const what = concerns[name];
  if (!what || pending.has(what)) return;
  pending.add(what);
  setTimeout(() => {
    pending.delete(what);
    if (form) raises[what](name)?.catch?.(() => {}); // a time half typed is none
  });
}

// Dialogs that a function command opens. Its frame saw no click, so Outlook asks
// for one and opens the window itself.
async function openDialog(f, url, { width = 80, height = 80 }) {
  const name = "sandbox-office-dialog:" + JSON.stringify({ origin, host: true, platform: settings.profile().platform, id: crypto.randomUUID() });
  const part = (all, percent) => Math.round((all * percent) / 100);
  let opened = null;
  f.pause?.();
  const allowed = await notices.ask("Webex wants to display a new window.", () => {
    opened = window.open(url, name, `popup,width=${part(screen.availWidth, width)},height=${part(screen.availHeight, height)}`);
  });
  if (!allowed || !opened) {
    f.resume?.();
    return { error: { name: "DialogError", message: "", code: allowed ? 12011 : 12009 } };
  }
  f.dialog = { window: opened, watching: setInterval(() => opened.closed && endDialog(f, 12006), 100) };
  return { value: true };
}

function endDialog(f, error) {
  clearInterval(f.dialog.watching);
  f.dialog = null;
  f.resume?.();
  if (error && frames.has(f)) f.port.postMessage({ kind: "dialog", error });
}

function fromDialog(f, from, { text, target }) {
  if (target === "*" || target === origin) f.port.postMessage({ kind: "dialog", message: text, origin: from });
}

function toDialog(f, { verb, text, targetOrigin }) {
  if (!f.dialog) return;
  if (verb === "message") return f.dialog.window.postMessage({ office: "fromParent", text }, targetOrigin);
  f.dialog.window.close();
  endDialog(f);
}

// The ribbon.
function togglePane() {
  const open = pane();
  open ? close(open) : openPane();
}

function openPane() {
  const f = newFrame("pane", "/taskpane", $("pane"));
  f.ended = () => showPane(false);
  showPane(true);
}

function showPane(on) {
  $("pane").hidden = !on;
  $("ribbon-pane").setAttribute("aria-pressed", String(on));
  $("editor").classList.toggle("hosting", on);
}

let runs = 0;

/** Runs the ribbon's function command in a hidden frame; it has a minute without the time of its dialogs. */
function runCommand(name) {
  const f = newFrame("command", "/taskpane/commands", $("commands"));
  f.run = { id: ++runs, name };
  $("ribbon-add").disabled = true;
  let left = commandTime, since = 0, timer = 0;
  f.resume = () => {
    since = performance.now();
    timer = setTimeout(() => {
      notices.tell("Webex took too long and was stopped.");
      close(f);
    }, left);
  };
  f.pause = () => {
    clearTimeout(timer);
    left -= performance.now() - since;
  };
  f.ended = () => {
    clearTimeout(timer);
    $("ribbon-add").disabled = false;
  };
  f.resume();
}

/** An event is open in the form. */
export function open(theForm) {
  closeAll();
  form = theForm;
  session = {};
  $("ribbon-add").hidden = !form.own();
}

export function closeAll() {
  for (const f of [...frames]) close(f);
  notices.clear();
  form = null;
}

/** Another person's Outlook has another pane. */
export function closePane() {
  close(pane());
}

export function setup() {
  if (!addin) $("ribbon").classList.add("bare");
  $("ribbon-pane").addEventListener("click", togglePane);
  $("ribbon-add").addEventListener("click", () => runCommand("addMeeting"));
  $("pane-close").addEventListener("click", () => close(pane()));
  settings.setup((what) => {
    if (what === "theme") for (const f of frames) f.port?.postMessage({ kind: "theme", theme: settings.theme() });
    if (what === "profile" && pane()) {
      close(pane());
      openPane();
    }
  });
}
