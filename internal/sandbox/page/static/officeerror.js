// What Office.js answers when it refuses. Names and limits are documented with
// each member; the numbers are those of Outlook's Office.js, which says of them
// only that they may be logged.
// https://learn.microsoft.com/javascript/api/outlook/office.mailboxenums
// https://learn.microsoft.com/office/dev/add-ins/reference/javascript-api-for-office-error-codes

const known = {
  InternalServerError: [9042, "The Exchange server returned an error. Please look at the diagnostics object for more information."],
  DataExceedsMaximumSize: [9002, "The parameter is too long."],
  InvalidFormatError: [9002, "The given data does not fit the format of the body."],
  InvalidEndTime: [9010, "The end time cannot be before the start time."],
  NumberOfRecipientsExceeded: [9012, "The total number of recipients in the field cannot exceed the limit."],
  SaveError: [9021, "Connection error while trying to save the item on the server."],
  DuplicateNotificationKey: [9023, "A notification with the specified key already exists."],
  NotificationKeyNotFound: [9024, "No notification with the specified key exists."],
  NumberOfNotificationMessagesExceeded: [9025, "The item already has as many notifications as it may have."],
  InvalidParameterValueError: [9031, "A parameter has a value that is not allowed."],
  InvalidRecurrenceError: [9034, "The recurrence pattern is not valid."],
  ItemNotSaved: [9046, "The id of the item can be had only once the item is saved."],
  KeyNotFound: [9050, "The key does not exist."],
  SessionObjectMaxLengthExceeded: [9051, "The session data are too long."],
  CustomPropertiesExceedMaximumSize: [9019, "The custom properties are too long."],
  MissingMember: [5001, "This Outlook does not have that member."],
};

/** An error for the callback's asyncResult.error. */
export class OfficeError extends Error {
  constructor(name, message) {
    super(message ?? known[name][1]);
    this.name = name;
    this.code = known[name][0];
  }
  get plain() {
    return { name: this.name, message: this.message, code: this.code };
  }
}

/** Refuses text of another kind, or longer than allowed. */
export function text(value, most, what) {
  if (typeof value !== "string") throw new OfficeError("InvalidParameterValueError", `${what} has to be a string.`);
  if (value.length > most) throw new OfficeError("DataExceedsMaximumSize", `${what} is longer than ${most} characters.`);
  return value;
}
