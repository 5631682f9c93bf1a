// The notification messages above the form.
// https://learn.microsoft.com/javascript/api/outlook/office.notificationmessages

import { $, el } from "./dom.js";
import { OfficeError, text } from "./officeerror.js";
import { profile } from "./settings.js";

let shown = new Map(); // by key

const bare = new Set(["progressIndicator", "errorMessage"]);
const kinds = { progressIndicator: "Working", informationalMessage: "Note", errorMessage: "Problem", insightMessage: "Hint" };

function checked(key, details) {
  text(key, 32, "The key");
  const { type, message, icon, persistent, actions } = details ?? {};
  if (!(type in kinds)) throw new OfficeError("InvalidParameterValueError", `There is no notification type ${type}.`);
  text(message, 150, "The message");
  if (bare.has(type) && (icon !== undefined || persistent !== undefined)) {
    throw new OfficeError("InvalidParameterValueError", `icon and persistent are not allowed for ${type}.`);
  }
  if (!bare.has(type)) {
    text(icon, 32, "The icon, a resource id,");
    if (type === "informationalMessage" && typeof persistent !== "boolean") {
      throw new OfficeError("InvalidParameterValueError", "persistent is needed for an informationalMessage.");
    }
  }
  if (type === "insightMessage" && actions?.length !== 1) throw new OfficeError("InvalidParameterValueError", "An insightMessage needs one action.");
  return { key, ...details };
}

function put(key, details) {
  const notice = checked(key, details);
  const others = [...shown.values()].filter((n) => n.key !== key);
  if (others.length >= profile().notices || (notice.type === "insightMessage" && others.some((n) => n.type === notice.type))) {
    throw new OfficeError("NumberOfNotificationMessagesExceeded");
  }
  shown.set(key, notice);
  render();
}

/** Members of item.notificationMessages. */
export const members = {
  addAsync(key, details) {
    if (shown.has(key)) throw new OfficeError("DuplicateNotificationKey");
    put(key, details);
  },
  replaceAsync: put, // adds where there is nothing to replace
  removeAsync(key) {
    text(key, 32, "The key");
    if (!shown.delete(key)) throw new OfficeError("NotificationKeyNotFound");
    render();
  },
  getAllAsync: () => [...shown.values()],
};

/** Outlook's own word, not the add-in's. */
export function tell(message) {
  shown.set("outlook", { key: "outlook", type: "errorMessage", message });
  render();
}

/** A question of Outlook's own with two answers; resolves with true for the first. yes runs inside the click. */
export function ask(message, yes) {
  return new Promise((resolve) => {
    const answer = (name, value) => {
      const button = el("button.small", { type: "button" }, name);
      button.addEventListener("click", () => {
        line.remove();
        if (value) yes();
        resolve(value);
      });
      return button;
    };
    const line = el("li", { "data-type": "question" }, el("span", {}, message), answer("Allow", true), answer("Ignore", false));
    $("notices").append(line);
    line.querySelector("button").focus();
  });
}

export function clear() {
  shown = new Map();
  $("notices").replaceChildren();
}

function render() {
  for (const line of $("notices").querySelectorAll("[data-key]")) line.remove();
  $("notices").prepend(...[...shown.values()].map((n) => {
    const dismiss = el("button.small", { type: "button", "aria-label": `Dismiss: ${n.message}` }, "Dismiss");
    dismiss.addEventListener("click", () => {
      shown.delete(n.key);
      render();
    });
    return el("li", { "data-key": n.key, "data-type": n.type }, el("b", {}, kinds[n.type]), el("span", {}, n.message), n.type === "progressIndicator" ? "" : dismiss);
  }));
}
