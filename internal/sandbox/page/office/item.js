// Office.context.mailbox.item: asynchronous members for whoever writes the
// event, plain values for whoever only reads it.
// https://learn.microsoft.com/javascript/api/outlook/office.appointmentcompose
// https://learn.microsoft.com/javascript/api/outlook/office.appointmentread

const itemEvents = handlers("item", [
  Office.EventType.AppointmentTimeChanged, Office.EventType.RecipientsChanged,
  Office.EventType.RecurrenceChanged, Office.EventType.EnhancedLocationsChanged,
], () => facts.surface === "pane");

function notificationMessages() {
  return members("notificationMessages", { addAsync: 2, replaceAsync: 2, removeAsync: 1, getAllAsync: 0 });
}

/** Custom properties are read once, changed in memory and written whole. */
function customProperties(held) {
  return {
    get: (name) => held[name],
    set(name, value) { held[name] = value; },
    remove(name) { delete held[name]; },
    getAll: () => ({ ...held }),
    saveAsync(callback, asyncContext) {
      deliver(channel.ask("customProperties.saveAsync", [held], {}), { asyncContext }, callback);
    },
  };
}

function loadCustomPropertiesAsync(callback, asyncContext) {
  if (typeof callback !== "function") refuseArguments("loadCustomPropertiesAsync", "a callback is needed");
  const work = channel.ask("loadCustomPropertiesAsync", [], {}).then((a) => (a.error ? a : { value: customProperties(a.value) }));
  deliver(work, { asyncContext }, callback);
}

function composeItem() {
  const people = { getAsync: 0, setAsync: 1, addAsync: 1 };
  const item = {
    itemType: "appointment",
    seriesId: facts.item.seriesId,
    subject: members("subject", { getAsync: 0, setAsync: 1 }),
    start: members("start", { getAsync: 0, setAsync: 1 }),
    end: members("end", { getAsync: 0, setAsync: 1 }),
    location: members("location", { getAsync: 0, setAsync: 1 }),
    enhancedLocation: members("enhancedLocation", { getAsync: 0, addAsync: 1, removeAsync: 1 }),
    body: members("body", { getTypeAsync: 0, getAsync: 1, setAsync: 1, prependAsync: 1 }),
    requiredAttendees: members("requiredAttendees", people),
    optionalAttendees: members("optionalAttendees", people),
    organizer: members("organizer", { getAsync: 0 }),
    sensitivity: members("sensitivity", { getAsync: 0, setAsync: 1 }),
    recurrence: { getAsync: member("recurrence.getAsync", 0, recurrence.read) },
    sessionData: members("sessionData", { setAsync: 2, getAsync: 1, getAllAsync: 0, removeAsync: 1, clearAsync: 0 }),
    notificationMessages: notificationMessages(),
    loadCustomPropertiesAsync,
    saveAsync: member("saveAsync"),
    getItemIdAsync: member("getItemIdAsync"),
    addHandlerAsync: itemEvents.addHandlerAsync,
    removeHandlerAsync: itemEvents.removeHandlerAsync,
  };
  const setRecurrence = member("recurrence.setAsync", 1);
  item.recurrence.setAsync = (rule, ...rest) => setRecurrence(recurrence.write(rule), ...rest);
  if (facts.shared) item.getSharedPropertiesAsync = member("getSharedPropertiesAsync");
  for (const name of facts.missing) delete item[name];
  return item;
}

function readItem() {
  const item = {
    ...facts.item, // plain values
    itemType: "appointment",
    body: members("body", { getTypeAsync: 0, getAsync: 1 }),
    recurrence: recurrence.read(facts.item.recurrence),
    notificationMessages: notificationMessages(),
    loadCustomPropertiesAsync,
    addHandlerAsync: itemEvents.addHandlerAsync,
    removeHandlerAsync: itemEvents.removeHandlerAsync,
  };
  for (const name of facts.missing) delete item[name];
  return item;
}
