// The sandbox's own API. See GET /sandbox/.

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
export const create = (user, event) => call("POST", "calendar/events" + q({ user }), event);
export const change = (user, id, event) => call("PATCH", one(user, id), event);
export const remove = (user, id) => call("DELETE", one(user, id));
export const copy = (user, id, to = {}) => call("POST", one(user, id, "/copy"), to);
export const cancel = (user, id) => call("POST", one(user, id, "/cancel"));
export const restore = (user, id) => call("POST", one(user, id, "/restore"));
export const deleted = (user) => call("GET", "calendar/deleted" + q({ user }));
export const faults = () => call("GET", "faults");
export const breakFault = (fault) => call("POST", "faults", fault);
export const mend = (id) => call("DELETE", "faults/" + id);
export const calm = () => call("DELETE", "faults");
export const bodyAddress = (user, id) => "/sandbox/" + one(user, id, "/body");
