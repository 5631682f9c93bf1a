// The body of the open event: a page without scripts in a frame of ours, which
// the organiser writes in. Outlook writes anew what an add-in puts there, so
// that what is read is never what was set.
// https://learn.microsoft.com/javascript/api/outlook/office.body

import { $ } from "./dom.js";
import { OfficeError, text } from "./officeerror.js";
import { dropsStyles } from "./settings.js";

const limit = 1_000_000;
const frame = $("body-frame");
let kind = "html", before = "";

const loaded = new Promise((resolve) => {
  const ready = () => frame.contentDocument?.body?.id === "compose" && resolve();
  frame.addEventListener("load", ready);
  frame.src = "/sandbox/compose";
});
const page = () => frame.contentDocument;

/** Shows a body as it is stored; its content is not touched. */
export async function show(content, type, own) {
  await loaded;
  kind = type;
  page().designMode = own ? "on" : "off";
  page().body.dataset.type = type;
  type === "html" ? (page().body.innerHTML = inner(content)) : (page().body.textContent = content);
  before = read();
}

const read = () => (kind === "html" ? page().body.innerHTML : page().body.innerText);
const inner = (content) => new DOMParser().parseFromString(content, "text/html").body.innerHTML;

/** Reports whether somebody, or something, changed the body since it was shown. */
export const dirty = () => page()?.body && read() !== before;
export const settled = () => (before = read());
/** The body for the store. */
export const content = () => ({ body: read(), bodyType: kind });
export const isEmpty = () => !page()?.body?.textContent.trim();

function coercion(type) {
  if (type !== "html" && type !== "text") throw new OfficeError("InvalidParameterValueError", "coercionType has to be html or text.");
  return type;
}

// Without a type it is text, also what looks like HTML.
function insertion(data, options) {
  text(data, limit, "The data parameter");
  const type = coercion(options?.coercionType ?? "text");
  if (kind === "text" && type === "html") throw new OfficeError("InvalidFormatError");
  if (kind === "text") return data;
  const box = page().createElement("div");
  if (type === "text") data.split(/\r?\n/).forEach((line, i) => box.append(...(i ? [page().createElement("br")] : []), line));
  else box.innerHTML = data;
  rewrite(box);
  return box.innerHTML;
}

/** Members of item.body. */
export const members = {
  getTypeAsync: () => kind,
  getAsync(type) {
    coercion(type);
    if (type === "text") return page().body.innerText;
    const html = kind === "html" ? page().body.innerHTML : page().body.innerText.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]).replaceAll("\n", "<br>");
    return `<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body dir="ltr">${html}</body></html>`;
  },
  setAsync(data, options) {
    const html = insertion(data, options);
    kind === "html" ? (page().body.innerHTML = html) : (page().body.textContent = html);
  },
  prependAsync(data, options) {
    const html = insertion(data, options);
    kind === "html" ? page().body.insertAdjacentHTML("afterbegin", html) : page().body.prepend(html);
  },
};

/** For who only reads. */
export const readMembers = { getTypeAsync: members.getTypeAsync, getAsync: members.getAsync };

const gone = "script, style, title, meta, link, base, iframe, object, embed, form, input, button, select, textarea, svg, math, template, noscript";
const inline = new Set(["A", "B", "I", "U", "EM", "STRONG", "SPAN", "FONT", "IMG", "CODE", "SUB", "SUP", "SMALL", "BR"]);

/**
 * Rewrites what an add-in set, as Outlook's editor does: no comments, scripts,
 * forms, drawings, classes, handlers or data attributes; attributes in order of
 * name, styles as the browser writes them; loose text in a block of its own.
 * That it rewrites is documented, how is not.
 */
function rewrite(box) {
  for (const e of box.querySelectorAll(gone)) e.remove();
  const comments = page().createTreeWalker(box, NodeFilter.SHOW_COMMENT);
  const all = [];
  while (comments.nextNode()) all.push(comments.currentNode);
  for (const c of all) c.remove();
  for (const e of box.querySelectorAll("*")) {
    const style = dropsStyles() ? "" : e.style.cssText;
    const kept = [...e.attributes]
      .filter(({ name, value }) => !/^(class|style|on|data-|aria-|role$|contenteditable)/.test(name) && !/^\s*javascript:/i.test(value))
      .map(({ name, value }) => [name, value]);
    if (style) kept.push(["style", style]);
    kept.sort(([a], [b]) => (a < b ? -1 : 1));
    for (const { name } of [...e.attributes]) e.removeAttribute(name);
    for (const [name, value] of kept) e.setAttribute(name, value);
  }
  let block = null;
  for (const node of [...box.childNodes]) {
    const loose = node.nodeType === Node.TEXT_NODE ? node.data.trim() : inline.has(node.nodeName);
    if (!loose && node.nodeType !== Node.TEXT_NODE) block = null;
    else if (block) block.append(node);
    else if (loose) {
      block = page().createElement("div");
      node.replaceWith(block);
      block.append(node);
    }
  }
}
