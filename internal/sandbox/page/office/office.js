// Office itself: what a page sees before, and once, it knows where it is.
// https://learn.microsoft.com/javascript/api/office

const associated = new Map();
const runs = []; // commands that came before their function

/** Runs a function command with its event. https://learn.microsoft.com/javascript/api/office/office.addincommands.event */
function runCommand({ id, name }) {
  const fn = associated.get(name);
  if (!fn) return runs.push({ id, name });
  let over = false;
  fn({
    source: { id: name },
    completed(options) {
      if (over) return;
      over = true;
      channel.say({ kind: "completed", id, options: options && { allowEvent: options.allowEvent } });
    },
  });
}

/** Reports whether a set is there in that version or a later one. */
const isSetSupported = (sets) => (name, version = "1.1") => {
  const number = (text) => String(text).split(".").map(Number).reduce((sum, n, i) => sum + n * 1000 ** (1 - i), 0);
  return name in sets && number(sets[name]) >= number(version);
};

const mailboxEvents = handlers("mailbox", [Office.EventType.OfficeThemeChanged], () => facts.surface === "pane");

function roamingSettings(held) {
  return {
    get: (name) => held[name],
    set(name, value) { held[name] = value; },
    remove(name) { delete held[name]; },
    saveAsync: (callback) => deliver(channel.ask("roamingSettings.saveAsync", [held], {}), {}, callback),
  };
}

function mailbox() {
  const box = {
    userProfile: facts.userProfile,
    diagnostics: { hostName: facts.hostName, hostVersion: facts.hostVersion },
    item: facts.mode === "compose" ? composeItem() : readItem(),
    addHandlerAsync: mailboxEvents.addHandlerAsync,
    removeHandlerAsync: mailboxEvents.removeHandlerAsync,
    convertToRestId(id, version) {
      if (!Object.values(Office.MailboxEnums.RestVersion).includes(version)) refuseArguments("convertToRestId", "a version is needed");
      return id.replaceAll("/", "-").replaceAll("+", "_");
    },
  };
  for (const name of facts.missing) delete box[name];
  return box;
}

function hostedContext() {
  return {
    displayLanguage: facts.displayLanguage,
    contentLanguage: facts.contentLanguage,
    platform: facts.platform,
    host: "Outlook",
    diagnostics: { host: "Outlook", platform: facts.platform, version: facts.hostVersion },
    officeTheme: facts.theme ?? undefined,
    partitionKey: facts.partitionKey,
    requirements: { isSetSupported: isSetSupported(facts.sets) },
    roamingSettings: roamingSettings(facts.roamingSettings),
    mailbox: mailbox(),
    ui: {
      displayDialogAsync,
      closeContainer: () => channel.say({ kind: "close" }),
      openBrowserWindow: (url) => void window.open(url, "_blank", "noopener"),
      messageParent: () => refuseArguments("messageParent", "this page is in no dialog"),
      addHandlerAsync: () => refuseArguments("addHandlerAsync", "this page is in no dialog"),
    },
  };
}

async function settle() {
  const dialog = dialogFacts();
  if (dialog) {
    Office.context = {
      platform: dialog.platform, host: "Outlook", diagnostics: { host: "Outlook", platform: dialog.platform },
      requirements: { isSetSupported: isSetSupported({ DialogApi: "1.2", DialogOrigin: "1.1" }) }, ui: dialogUI(dialog),
    };
    return { host: "Outlook", platform: dialog.platform };
  }
  facts = await channel.open();
  if (!facts) return { host: null, platform: null };
  Office.context = hostedContext();
  channel.heard.event = ({ type, args }) => itemEvents.fire(type, type === Office.EventType.RecurrenceChanged ? { ...args, recurrence: recurrence.read(args.recurrence) } : args);
  channel.heard.run = runCommand;
  channel.heard.theme = ({ theme }) => {
    Office.context.officeTheme = theme ?? undefined;
    mailboxEvents.fire(Office.EventType.OfficeThemeChanged, { type: Office.EventType.OfficeThemeChanged, officeTheme: theme ?? undefined });
  };
  channel.say({ kind: "ready" });
  return { host: "Outlook", platform: facts.platform };
}

Object.assign(Office, {
  context: { requirements: { isSetSupported: () => false } },
  initialize: undefined,
  actions: {
    associate(name, fn) {
      if (typeof name !== "string" || typeof fn !== "function") refuseArguments("actions.associate", "a name and a function are needed");
      associated.set(name, fn);
      for (const run of runs.splice(0)) runCommand(run);
    },
  },
});

window.Office = Office;
window.Office.SeriesTime = SeriesTime;
// As Office.js does. https://learn.microsoft.com/office/dev/add-ins/develop/referencing-the-javascript-api-for-office-library-from-its-cdn
window.history.pushState = window.history.replaceState = null;

const settled = settle().then((info) => {
  Office.initialize?.("documentOpened");
  return info;
});
Office.onReady = (callback) => {
  if (callback) settled.then((info) => setTimeout(() => callback(info)));
  return settled;
};
