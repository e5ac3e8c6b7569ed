// What comes out of Word, Excel or a web page, made plain before the editor reads it.
const DROPPED = "script, style, meta, link, title, xml, head, iframe, object, embed, form, input, button, select, svg, noscript";

/** HTML without the office's own elements; its fake lists become lists, pictures of other sites become their words. */
export function cleanPasted(html) {
  const inert = html.replace(/\sstyle\s*=/gi, " data-style="); // read, never applied
  const page = new DOMParser().parseFromString(inert.replace(/<!--\[if !supportLists\]-->|<!\[if !supportLists\]>|<!--\[endif\]-->|<!\[endif\]>/gi, ""), "text/html");
  for (const element of page.querySelectorAll(DROPPED)) element.remove();
  for (const element of page.body.querySelectorAll("*")) if (element.tagName.includes(":")) element.replaceWith(...element.childNodes);
  comments(page);
  lists(page);
  for (const picture of page.body.querySelectorAll("img")) if (!picture.dataset.cid) picture.replaceWith(picture.alt);
  emphasis(page);
  for (const paragraph of page.body.querySelectorAll("p")) if (!paragraph.textContent.replace(/\u00a0/g, " ").trim() && !paragraph.querySelector("img, br")) paragraph.remove();
  return page.body.innerHTML;
}

function comments(page) {
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  for (const comment of found) comment.remove();
}

/** Word writes bold and italic as styles. */
function emphasis(page) {
  for (const span of page.body.querySelectorAll("span[data-style]")) {
    const style = span.getAttribute("data-style").toLowerCase();
    if (/font-weight:\s*(bold|[6-9]00)/.test(style)) wrap(page, span, "strong");
    if (/font-style:\s*italic/.test(style)) wrap(page, span, "em");
  }
}

function wrap(page, span, tag) {
  const made = page.createElement(tag);
  made.append(...span.childNodes);
  span.append(made);
}

/** Paragraphs that Word marks as items of a list, in a row, as a list; its levels as lists within items. */
function lists(page) {
  let open = []; // the lists being filled, outermost first
  let last = null;
  for (const item of page.body.querySelectorAll("p[data-style*='mso-list'], p[class^='MsoListParagraph']")) {
    const style = item.getAttribute("data-style") ?? "";
    if (!/mso-list/i.test(style)) continue;
    const level = Number(/level(\d)/i.exec(style)?.[1] ?? 1);
    const mark = [...item.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(span.getAttribute("data-style") ?? ""));
    const isNumbered = /^\s*[\da-z]{1,3}[.)]/i.test(mark?.textContent ?? "");
    mark?.remove();
    if (!last || item.previousElementSibling !== open[0]) open = [];
    open = open.slice(0, level);
    while (open.length < level) {
      const list = page.createElement(isNumbered ? "ol" : "ul");
      if (!open.length) item.before(list);
      else (open.at(-1).lastElementChild ?? open.at(-1).appendChild(page.createElement("li"))).append(list);
      open.push(list);
    }
    const made = page.createElement("li");
    made.append(...item.childNodes);
    open.at(-1).append(made);
    item.remove();
    last = made;
  }
}
