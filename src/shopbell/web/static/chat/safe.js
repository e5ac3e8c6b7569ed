// Formatted text of an answer, drawn anew from what is allowed: whatever else the server sent is shown as text.
import { el } from "./dom.js";

const ALLOWED = new Set("A B STRONG I EM U S P BR UL OL LI CODE PRE BLOCKQUOTE DIV SPAN".split(" "));
const ADDRESS = /\bhttps?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g;

/** The nodes of a message: its HTML where there is some and the page lets it be read, else its text with links. */
export function nodesOf({ html, text }, base) {
  picture.base = base;
  const body = html ? parse(html) : null;
  return body ? [...body.childNodes].map(copy) : linked(text);
}

/** A page that demands Trusted Types may forbid this; then the text has to do. */
function parse(html) {
  try {
    const policy = window.trustedTypes?.createPolicy("shopbell-chat", { createHTML: (given) => given });
    parse.safe ??= policy ? (given) => policy.createHTML(given) : (given) => given;
  } catch { /* made before, or not allowed: the next line tells */ }
  try { return new DOMParser().parseFromString((parse.safe ?? String)(html), "text/html").body; } catch { return null; }
}

function copy(node) {
  if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(node.data);
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  if (node.tagName === "IMG") return picture(node);
  const children = [...node.childNodes].map(copy);
  if (!ALLOWED.has(node.tagName)) return el("span", {}, children);
  return node.tagName === "A" ? link(node.getAttribute("href") ?? "", children) : el(node.tagName.toLowerCase(), {}, children);
}

/** Pictures come from the desk alone. */
function picture(node) {
  const source = new URL(node.getAttribute("src") ?? "", picture.base);
  return source.origin === new URL(picture.base).origin ? el("img", { src: source.href, alt: node.alt, class: "inside" }) : node.alt;
}

function link(address, children) {
  const isSafe = /^(https?:|mailto:|tel:)/i.test(address);
  return isSafe ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, children) : el("span", {}, children);
}

function linked(text) {
  const nodes = [];
  let from = 0;
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
    nodes.push(text.slice(from, index), link(address, [address]));
    from = index + address.length;
  }
  return [...nodes, text.slice(from)];
}
