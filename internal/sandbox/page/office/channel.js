// The way to Outlook. The page that frames us is ours only if it lives where
// this script came from: the first word goes to that origin and no other, with
// a port that all the rest goes through.

const hostOrigin = new URL(document.currentScript.src).origin;
const dialogMark = "sandbox-office-dialog:";

/** What Outlook said of itself, this add-in's place in it and the open item; null before that. */
let facts = null;

const channel = {
  port: null,
  waiting: new Map(), // by number: what to do with an answer
  heard: { event() {}, run() {} }, // what Outlook says by itself, by kind
  last: 0,

  /** Resolves with the facts, or with null where nobody plays Outlook. */
  open() {
    if (window.parent === window) return Promise.resolve(null);
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      const alone = setTimeout(() => resolve(null), 3000);
      port1.onmessage = ({ data }) => {
        if (data.kind === "welcome") {
          clearTimeout(alone);
          channel.port = port1;
          resolve(data.facts);
        } else if (data.kind === "answer") {
          channel.waiting.get(data.id)?.(data);
          channel.waiting.delete(data.id);
        } else {
          channel.heard[data.kind]?.(data);
        }
      };
      window.parent.postMessage({ office: "hello" }, hostOrigin, [port2]);
    });
  },

  say(word) {
    channel.port.postMessage(word);
  },

  /** Asks for a member of the item; resolves with {value} or {error}. */
  ask(member, args, options) {
    const id = ++channel.last;
    return new Promise((resolve) => {
      channel.waiting.set(id, resolve);
      channel.say({ kind: "call", id, member, args, options });
    });
  },
};
