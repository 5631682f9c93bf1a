// Which Outlook hosts the add-in, how it looks and what goes wrong in it. All of
// it is kept in the address, so that a test or a link can say it.

import { $ } from "./dom.js";

// Platforms, limits and what is missing:
// https://learn.microsoft.com/javascript/api/requirement-sets/outlook/outlook-api-requirement-sets
// https://learn.microsoft.com/office/dev/add-ins/outlook/outlook-mobile-apis
// A mobile Outlook has no pane for an event that is being made; here it has, for
// tests of its other differences.
const common = { DialogApi: "1.2", DialogOrigin: "1.1" };
const profiles = {
  web: { name: "the web", platform: "OfficeOnline", hostName: "OutlookWebApp", hostVersion: "20261120001.05", sets: { ...common, Mailbox: "1.15" }, prompts: true, notices: 5, people: 500 },
  windows: { name: "new Windows", platform: "PC", hostName: "newOutlookWindows", hostVersion: "1.2026.1118.200", sets: { ...common, Mailbox: "1.15" }, notices: 5, people: 500 },
  mac: { name: "Mac", platform: "Mac", hostName: "MacOutlook", hostVersion: "16.103.25111410", sets: { ...common, Mailbox: "1.15" }, notices: 5, people: 100 },
  mobile: {
    name: "mobile", platform: "iOS", hostName: "OutlookIOS", hostVersion: "4.2547.0", sets: { ...common, Mailbox: "1.5" }, notices: 1, people: 100,
    restIds: true, // ids are REST ids already
    missing: [
      "convertToRestId", "recurrence", "seriesId", "organizer", "enhancedLocation", "sessionData", "sensitivity", "getItemIdAsync",
      "addHandlerAsync", "removeHandlerAsync",
    ],
  },
};

const color = (dark, back, fore, control, ink) => ({
  bodyBackgroundColor: back, bodyForegroundColor: fore, controlBackgroundColor: control, controlForegroundColor: ink, isDarkTheme: dark,
});
// https://learn.microsoft.com/javascript/api/office/office.officetheme
const themes = {
  light: color(false, "#FFFFFF", "#242424", "#F5F5F5", "#242424"),
  dark: color(true, "#292929", "#FFFFFF", "#1F1F1F", "#FFFFFF"),
  contrast: color(true, "#000000", "#FFFFFF", "#000000", "#FFFF00"),
};

const params = () => new URL(location.href).searchParams;
let changed = () => {};

export const profile = () => profiles[params().get("profile")] ?? profiles.web;
/** Light, dark or contrast; without a word in the address what the person's system has. */
export const themeName = () => (params().get("theme") in themes ? params().get("theme") : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
/** The colours that Office.js tells, or null where it tells none. */
export const theme = () => (profile() === profiles.mobile ? null : themes[themeName()]);
export const language = (theirs) => params().get("lang") || theirs || "en-US";
/** How long each call of Office.js takes, in milliseconds. */
export const slow = () => Number(params().get("slow")) || 0;
/** How long Graph does not know an event that was saved through Office.js, such as "5s"; the sandbox has its own mind without. */
export const late = () => params().get("late") || undefined;
/** Reports whether Outlook drops inline styles, which the documentation of body.setAsync calls unsupported: ?css=drop. */
export const dropsStyles = () => params().get("css") === "drop";
/** Reports whether a member is to fail: ?fail=body.setAsync,saveAsync. */
export const fails = (member) => (params().get("fail") ?? "").split(",").includes(member);

/** Writes a setting into the address; an empty one leaves it. */
export function keep(name, value) {
  const url = new URL(location.href);
  value ? url.searchParams.set(name, value) : url.searchParams.delete(name);
  history.replaceState(null, "", url);
}

function dress() {
  const named = params().get("theme") in themes;
  named ? (document.documentElement.dataset.theme = themeName()) : delete document.documentElement.dataset.theme;
}

/** change(what) is called when somebody chooses another profile or theme. */
export function setup(change) {
  changed = change;
  $("profile").replaceChildren(...Object.entries(profiles).map(([value, p]) => new Option(p.name, value)));
  $("profile").value = Object.keys(profiles).find((name) => profiles[name] === profile());
  $("theme").value = themeName();
  $("office-slow").value = [...$("office-slow").options].some((o) => o.value === String(slow())) ? String(slow()) : "0";
  $("office-fail").value = params().get("fail") ?? "";
  const on = (id, name, what, value = (v) => v) => $(id).addEventListener("change", () => {
    keep(name, value($(id).value));
    dress();
    changed(what);
  });
  on("profile", "profile", "profile");
  on("theme", "theme", "theme");
  on("office-slow", "slow", "fault", (v) => (v === "0" ? "" : v));
  on("office-fail", "fail", "fault");
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    $("theme").value = themeName();
    changed("theme");
  });
  dress();
}
