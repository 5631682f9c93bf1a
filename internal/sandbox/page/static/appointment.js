// The open event as Office.js sees it: the form's fields, with the limits of
// the members. A change through them is a change in the form, saved by whoever
// presses Save.
// https://learn.microsoft.com/javascript/api/outlook/office.appointmentcompose

import * as api from "./api.js";
import * as compose from "./compose.js";
import * as notices from "./notices.js";
import * as repeat from "./repeat.js";
import * as wall from "./wall.js";
import { OfficeError, text } from "./officeerror.js";
import { profile } from "./settings.js";

const timeOf = (value) => {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw new OfficeError("InvalidParameterValueError", "A Date is needed.");
  return value;
};

/** An id as this Outlook gives it: EWS ids, but REST ids on a phone. */
export const idOf = (ews) => (profile().restIds ? ews.replaceAll("/", "-").replaceAll("+", "_") : ews);

/** The instant that a time field shows; the end of whole days is the next midnight. */
async function instant(form, name) {
  let value = form.value(name);
  if (form.value("allDay")) value = wall.format(wall.parse(value.slice(0, 10)) + (name === "end" ? wall.day : 0));
  return new Date((await api.time({ wall: value, zone: form.value("timeZone") })).at);
}

/** What a time field has to show for an instant. */
async function shown(form, name, at) {
  const there = (await api.time({ at: at.toISOString(), zone: form.value("timeZone") })).wall;
  return form.value("allDay") ? wall.date(wall.parse(there) - (name === "end" ? wall.day : 0)) : there.slice(0, 16);
}

export const times = async (form) => ({ start: await instant(form, "start"), end: await instant(form, "end") });

/** Somebody named in a field: a whole address, or a name that nobody resolved yet. */
function recipient(word) {
  const known = api.people().find((p) => p.mail.toLowerCase() === word.toLowerCase());
  return {
    displayName: known?.name ?? word, emailAddress: word.includes("@") ? word : "",
    recipientType: known ? "user" : word.includes("@") ? "externalUser" : "other", appointmentResponse: "none",
  };
}

export const words = (value) => value.split(/[,;]+/).map((w) => w.trim()).filter(Boolean);

function recipients(form, name) {
  const read = () => words(form.value(name));
  const addresses = (list) => {
    if (!Array.isArray(list)) throw new OfficeError("InvalidParameterValueError", "An array is needed.");
    if (list.length > profile().people) throw new OfficeError("NumberOfRecipientsExceeded");
    return list.map((who) => text(typeof who === "string" ? who : who?.emailAddress, 571, "The address"));
  };
  return {
    getAsync: () => read().map(recipient),
    setAsync: (list) => form.enter(name, addresses(list).join(", ")),
    addAsync: (list) => form.enter(name, [...read(), ...addresses(list)].join(", ")),
  };
}

const places = (form) => form.value("location").split(";").map((w) => w.trim()).filter(Boolean);

/** Locations as the enhanced location tells them. */
export const locations = (form) => places(form).map((id) => ({ locationIdentifier: { id, type: "custom" }, displayName: id, emailAddress: "" }));

function enhancedLocation(form) {
  const ids = (list) => {
    if (!Array.isArray(list) || list.some((l) => !l?.id || !["custom", "room"].includes(l.type))) {
      throw new OfficeError("InvalidParameterValueError", "Locations have an id and a type.");
    }
    return list.map((l) => l.id);
  };
  return {
    getAsync: () => locations(form),
    addAsync: (list) => form.enter("location", text([...places(form), ...ids(list)].join("; "), 255, "The location")),
    removeAsync(list) {
      const gone = ids(list);
      form.enter("location", places(form).filter((p) => !gone.includes(p)).join("; "));
    },
  };
}

/** Strings that live as long as the form. */
function sessionData(held) {
  return {
    getAllAsync: () => ({ ...held }),
    getAsync(key) {
      if (!(key in held)) throw new OfficeError("KeyNotFound");
      return held[key];
    },
    setAsync(key, value) {
      text(value, Infinity, "The value");
      if (JSON.stringify({ ...held, [key]: value }).length > 50_000) throw new OfficeError("SessionObjectMaxLengthExceeded");
      held[text(key, Infinity, "The key")] = value;
    },
    removeAsync(key) {
      if (!(key in held)) throw new OfficeError("KeyNotFound");
      delete held[key];
    },
    clearAsync() {
      for (const key of Object.keys(held)) delete held[key];
    },
  };
}

const properties = new Map(); // custom ones, by event; they never leave this page

const key = (form) => form.itemId() ?? form.draft;

function customProperties(form) {
  return {
    load: () => properties.get(key(form)) ?? {},
    save(all) {
      if (JSON.stringify(all).length > 2500) throw new OfficeError("CustomPropertiesExceedMaximumSize");
      properties.set(key(form), all);
    },
  };
}

/** The rule that the form shows, as it crosses to the add-in; null for a single event. */
export async function rule(form) {
  if (!form.value("repeat")) return null;
  const start = wall.parse(form.value("start")), end = wall.parse(form.value("end"));
  return {
    ...repeat.office(), recurrenceTimeZone: { name: form.value("timeZone"), offset: (start - (await instant(form, "start"))) / wall.minute },
    startDate: wall.date(start), minute: (start % wall.day) / wall.minute, duration: (end - start) / wall.minute,
  };
}

/** All members of the open event for its organiser, by the names the add-in calls. */
export function organiser(form, session) {
  const custom = customProperties(form);
  const groups = {
    subject: { getAsync: () => form.value("title"), setAsync: (value) => form.enter("title", text(value, 255, "The subject")) },
    location: { getAsync: () => form.value("location"), setAsync: (value) => form.enter("location", text(value, 255, "The location")) },
    start: {
      getAsync: () => instant(form, "start"),
      async setAsync(value) {
        const to = timeOf(value);
        const { start, end } = await times(form);
        const last = await shown(form, "end", new Date(end.getTime() + to.getTime() - start.getTime()));
        form.enter("start", await shown(form, "start", to));
        form.enter("end", last); // as long as before
      },
    },
    end: {
      getAsync: () => instant(form, "end"),
      async setAsync(value) {
        if (timeOf(value) < (await instant(form, "start"))) throw new OfficeError("InvalidEndTime");
        form.enter("end", await shown(form, "end", value));
      },
    },
    enhancedLocation: enhancedLocation(form),
    body: compose.members,
    requiredAttendees: recipients(form, "attendees"),
    optionalAttendees: recipients(form, "optional"),
    organizer: { getAsync: () => form.organizer() },
    sensitivity: {
      getAsync: () => form.value("sensitivity"),
      setAsync(value) {
        if (!["normal", "personal", "private", "confidential"].includes(value)) throw new OfficeError("InvalidParameterValueError");
        form.enter("sensitivity", value);
      },
    },
    recurrence: {
      getAsync: () => rule(form),
      setAsync(wanted) {
        if (!["daily", "weekday", "weekly", "monthly", "yearly"].includes(wanted?.recurrenceType)) throw new OfficeError("InvalidRecurrenceError");
        form.enter("repeat", wanted.recurrenceType);
      },
    },
    sessionData: sessionData(session),
    notificationMessages: notices.members,
    customProperties: { saveAsync: custom.save },
    roamingSettings: { saveAsync: api.roam },
  };
  const all = {
    loadCustomPropertiesAsync: custom.load,
    async saveAsync() {
      try {
        const before = properties.get(key(form));
        const id = await form.save();
        if (before) properties.set(id, before); // they go with the item
        return idOf(id);
      } catch (error) {
        throw new OfficeError("SaveError", error.message);
      }
    },
    // Of a calendar that another opened; the item has to be saved before.
    // https://learn.microsoft.com/office/dev/add-ins/outlook/delegate-access
    async getSharedPropertiesAsync() {
      if (!form.itemId()) throw new OfficeError("InternalServerError", "The item is not saved.");
      const bits = { read: 1, write: 27, delegateWithoutPrivateEventAccess: 63, delegateWithPrivateEventAccess: 63 };
      const role = (await api.shares(api.person().upn)).shares.find((s) => s.with === api.reader().upn)?.role;
      return { owner: api.person().mail, targetMailbox: api.person().mail, targetRestUrl: location.origin, delegatePermissions: bits[role] ?? 1 };
    },
    getItemIdAsync() {
      if (!form.itemId()) throw new OfficeError("ItemNotSaved");
      return idOf(form.itemId());
    },
  };
  return flat(all, groups);
}

/** The members that an attendee has besides plain values. */
export function attendee(form) {
  const custom = customProperties(form);
  return flat({ loadCustomPropertiesAsync: custom.load }, {
    body: compose.readMembers, notificationMessages: notices.members, customProperties: { saveAsync: custom.save }, roamingSettings: { saveAsync: api.roam },
  });
}

function flat(all, groups) {
  for (const [thing, members] of Object.entries(groups)) {
    for (const [name, fn] of Object.entries(members)) all[`${thing}.${name}`] = fn;
  }
  return all;
}

/** The series that an open date belongs to, null for all else. */
export const seriesOf = (e) => (e?.seriesItemId ? idOf(e.seriesItemId) : null);

/** The plain values that an attendee's item has. */
export function values(e) {
  const who = ({ name, address, response }) => ({ displayName: name, emailAddress: address, appointmentResponse: response, recipientType: "user" });
  const of = (type) => e.attendees.filter((a) => a.type === type).map(who);
  return {
    itemId: idOf(e.itemId), subject: e.title, normalizedSubject: e.title, location: e.location, start: new Date(e.startsAt), end: new Date(e.endsAt),
    organizer: who(e.organizer), requiredAttendees: of("required"), optionalAttendees: of("optional"), recurrence: null, seriesId: seriesOf(e),
    itemClass: "IPM.Appointment", sensitivity: e.sensitivity,
  };
}
