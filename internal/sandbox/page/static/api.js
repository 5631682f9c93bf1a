// The sandbox's own API. See GET /sandbox/.

import { OfficeError } from "./officeerror.js";

const token = document.querySelector('meta[name="sandbox-token"]').content;

async function call(method, path, body) {
  const headers = { "X-Sandbox-Page": token };
  if (body) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch("/sandbox/" + path, { method, headers, body: body && JSON.stringify(body) });
  } catch {
    throw new Error("The sandbox does not answer.");
  }
  if (answer.status === 204) return null;
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.error);
  return value;
}

const q = (params) => "?" + new URLSearchParams(params);
const one = (user, id, rest = "") => `calendar/events/${encodeURIComponent(id)}${rest}${q({ user })}`;

export const calendar = (user, range) => call("GET", "calendar" + q({ user, ...range }));
export const webex = (user) => call("GET", "webex" + q({ user }));
/** Somebody joins the meeting, the host without an address. */
export const join = (id, email = "") => call("POST", `webex/meetings/${id}/join`, { email });
/** What the host changes in Webex itself. */
export const editMeeting = (id, change) => call("PATCH", `webex/meetings/${id}`, change);
export const deleteMeeting = (id) => call("DELETE", `webex/meetings/${id}`);
export const end = (id) => call("POST", `webex/meetings/${id}/end`);
export const create = (user, event) => call("POST", "calendar/events" + q({ user }), event);
export const event = (user, id) => call("GET", one(user, id));
/** of: "following" for a date of a series and all after it. */
export const change = (user, id, event, of) => call("PATCH", one(user, id) + ofWhat(of), event);
export const remove = (user, id, of) => call("DELETE", one(user, id) + ofWhat(of));
const ofWhat = (of) => (of === "following" ? "&of=following" : "");
export const duplicate = (user, id) => call("POST", one(user, id, "/duplicate"));
export const copy = (user, id, to = {}) => call("POST", one(user, id, "/copy"), to);
export const cancel = (user, id) => call("POST", one(user, id, "/cancel"));
export const restore = (user, id) => call("POST", one(user, id, "/restore"));
export const deleted = (user) => call("GET", "calendar/deleted" + q({ user }));
export const faults = () => call("GET", "faults");
export const breakFault = (fault) => call("POST", "faults", fault);
export const mend = (id) => call("DELETE", "faults/" + id);
export const calm = () => call("DELETE", "faults");
/** The instant of a wall-clock time in a zone, or the other way round. */
export const time = (question) => call("GET", "time" + q(question));
/** This browser's Microsoft session is that person's, as after signing in to Outlook. */
export const signIn = (user) => call("POST", "outlook/session" + q({ user }));

const everybody = [...document.querySelectorAll("#person option")].map((o) => ({ upn: o.value, ...o.dataset }));
/** Those who have a mailbox: upn, name, mail, language, zone. */
export const people = () => everybody;
/** The one whose Outlook this is: the calendar's owner, or somebody whom the owner lets in. */
export const reader = () => everybody.find((p) => p.upn === document.getElementById("reader").value) ?? person();
/** Whom the owner lets into the calendar. */
export const shares = (user) => call("GET", "calendar/shares" + q({ user }));
/** The one whose calendar is shown. */
export const person = () => everybody.find((p) => p.upn === document.getElementById("person").value);

// Roaming settings belong to the mailbox; here this browser keeps them.
// https://learn.microsoft.com/javascript/api/outlook/office.roamingsettings
const roamKey = () => "roaming " + reader().upn;
export const roaming = () => JSON.parse(localStorage.getItem(roamKey()) ?? "{}");
export function roam(settings) {
  const text = JSON.stringify(settings);
  if (text.length > 32_768) throw new OfficeError("DataExceedsMaximumSize", "The roaming settings are longer than 32 KB.");
  localStorage.setItem(roamKey(), text);
}
