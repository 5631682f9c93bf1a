// Whose the location of an event is: the same rules as the server's
// (internal/meeting/location.go; a test compares the two).

const keyword = /(?:^|[^\p{L}\p{N}._%+\-@:/])(?:@(?:webex|meet)(?::myroom|:space)?|(?::myroom|:space))(?:$|[.!?]?(?:[\t\n\f\r ]|$)|[,;|)\]])/iu;

/**
 * Reports whether text is nothing but a Webex link.
 * @param {string} text
 */
export function isJoinLink(text) {
  try {
    if (/\s/.test(text.trim())) return false;
    const { protocol, hostname } = new URL(text.trim());
    return protocol === "https:" && (hostname === "webex.com" || hostname.endsWith(".webex.com"));
  } catch {
    return false;
  }
}

/**
 * Reports whether we may set the location: it is empty, or holds only a
 * keyword, a join link or a sentence of ours.
 * @param {string} location
 */
export function isOurs(location) {
  const text = location.trim();
  return text === "" || text.startsWith("Webex: not added, see ") || isJoinLink(text) || (!/[ \t,;|()[\]]/.test(text) && keyword.test(text));
}

/**
 * The first Webex link in what an attendee sees; "" if there is none.
 * @param {string} location
 * @param {string} body in HTML
 */
export function findJoinLink(location, body) {
  const links = [...new DOMParser().parseFromString(body, "text/html").querySelectorAll("a[href]")].map((a) => a.getAttribute("href") ?? "");
  const words = location.split(/[\s;,|<>"]+/);
  // The meeting's own address, before help pages and dial-in lists.
  const found = [...words, ...links].filter((link) => isJoinLink(link) && new URL(link).pathname.length > 1);
  return found.find((link) => /\/(j\.php|meet\/|join|m\/|wbxmjs\/)/.test(new URL(link).pathname)) ?? found[0] ?? "";
}
