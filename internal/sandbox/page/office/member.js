// Asynchronous members: the needed arguments, then options and callback, both
// left out at will. Wrong arguments throw, as in Office.js, whose wrong results
// come to the callback.
// https://learn.microsoft.com/office/dev/add-ins/develop/asynchronous-programming-in-office-add-ins

function refuseArguments(name, why) {
  throw new Error(`Sys.ArgumentException: ${name}: ${why}`);
}

/** Splits the arguments of a call that needs the first few. */
function split(name, needed, args) {
  const data = args.slice(0, needed);
  if (data.length < needed || data.some((a) => a === undefined)) refuseArguments(name, `${needed} arguments are needed`);
  let [options, callback, ...more] = args.slice(needed);
  if (typeof options === "function") {
    if (callback !== undefined) refuseArguments(name, "the callback comes last");
    [options, callback] = [undefined, options];
  }
  if (more.length || (options != null && typeof options !== "object") || (callback != null && typeof callback !== "function")) {
    refuseArguments(name, "only options and a callback may follow");
  }
  return { data, options: options ?? {}, callback };
}

/** Calls back with what work brings: {value} or {error}. Never before the caller has returned. */
async function deliver(work, options, callback) {
  const { value, error } = await work;
  const result = error
    ? { status: "failed", value: undefined, error, asyncContext: options.asyncContext }
    : { status: "succeeded", value, asyncContext: options.asyncContext };
  // An exception of the callback is the page's own: not a rejected promise of ours.
  if (callback) setTimeout(() => callback(result));
}

/** A member that Outlook answers; read turns its value into what the page gets. */
function member(name, needed = 0, read = (value) => value) {
  return (...args) => {
    const { data, options, callback } = split(name, needed, args);
    const { asyncContext, ...rest } = options;
    const work = channel.ask(name, data, rest).then((a) => (a.error ? a : { value: read(a.value) }));
    deliver(work, options, callback);
  };
}

/** An object with members of one thing: members("subject", {getAsync: 0, setAsync: 1}). */
function members(thing, needs) {
  return Object.fromEntries(Object.entries(needs).map(([name, needed]) => [name, member(`${thing}.${name}`, needed)]));
}

/** A registry of handlers with addHandlerAsync and removeHandlerAsync for the event types it knows. */
function handlers(name, types, allowed) {
  const all = new Map(types.map((type) => [type, new Set()]));
  const change = (verb, needed, act) => (...args) => {
    const { data, options, callback } = split(`${name}.${verb}`, needed, args);
    const [type, handler] = data;
    let error;
    if (!all.has(type)) error = { name: "UnsupportedEventType", message: `The event type ${type} is not supported.`, code: 5001 };
    else if (!allowed()) error = { name: "ApiCallNotSupportedByExtensionPoint", message: "Handlers are not supported in a function command.", code: 9032 };
    else act(all.get(type), handler);
    deliver(Promise.resolve(error ? { error } : {}), options, callback);
  };
  return {
    fire: (type, args) => all.get(type)?.forEach((handler) => setTimeout(() => handler(args))),
    addHandlerAsync: change("addHandlerAsync", 2, (set, handler) => {
      if (typeof handler !== "function") refuseArguments(name, "the handler is no function");
      set.add(handler);
    }),
    removeHandlerAsync: change("removeHandlerAsync", 1, (set) => set.clear()),
  };
}
