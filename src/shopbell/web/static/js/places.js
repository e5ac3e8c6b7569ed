// The list beside the conversation, and going from one place to another.
import { lookAhead } from "./ahead.js";
import { announce, ask, fill, morph, parse } from "./http.js";
import { openNumber, openTalk, refreshTalk } from "./timeline.js";

const PAUSE_MS = 250;
const AT_TOP = 8;
const LINKS = "main :is(.ones, .hits, .view-list) > li > a, main .view-list > li > .grow > a, main .things > li > div > a, main .more > a";
let timer = null;
let held = null; // rows that wait until nobody points at the list
let isOwn = false; // what one did oneself shows at once
let way = 1; // down the list, or up (-1)

const list = () => document.getElementById("list");
const rows = () => document.getElementById("rows");

/** Fetch the list anew, soon; many calls are one. */
export function refreshList(own = false) {
  isOwn ||= own;
  if (!timer && list()) timer = setTimeout(load, PAUSE_MS);
}

async function load() {
  timer = null;
  const column = list();
  let response;
  try {
    response = await ask(`${column.dataset.url}&open=${openNumber()}`);
  } catch {
    return; // the banner says it; it is fetched again when the line is back
  }
  if (!response.ok) return;
  const html = await response.text();
  const fresh = parse(html);
  badge(fresh.getElementById("list-head")?.dataset.needs);
  if (isOwn || isAtRest(column)) apply(html);
  else hold(html, fresh);
  isOwn = false;
}

/** Rows move only while nobody points at them, goes through them by keyboard, or has scrolled away from the top. */
function isAtRest(column) {
  return !column.matches(":hover") && !column.querySelector(":focus-visible, details[open], .pick:checked") && (rows()?.scrollTop ?? 0) < AT_TOP;
}

async function apply(html) {
  held = null;
  const wasInList = list().contains(document.activeElement);
  await morph(list(), html);
  markOpen();
  if (wasInList && !list().contains(document.activeElement)) rows()?.focus({ preventScroll: true }); // its row has gone
}

async function hold(html, fresh) {
  const counted = [...fresh.querySelectorAll("li.row")].filter(isNews).length;
  for (const id of ["list-head", "views", "chats-now"]) {
    const now = fresh.getElementById(id);
    const old = document.getElementById(id);
    if (now && old) await morph(old, now.innerHTML);
  }
  if (!counted) return;
  held = html;
  const button = document.getElementById("fresh");
  button.textContent = counted === 1 ? button.dataset.one : fill(button.dataset.many, { n: counted });
  button.hidden = false;
}

function isNews(row) {
  const known = document.getElementById(row.id);
  return !known || Number(row.dataset.stamp) > Number(known.dataset.stamp);
}

function badge(count) {
  const shown = document.getElementById("needs-count");
  if (!shown || count === undefined) return;
  shown.textContent = count;
  shown.hidden = count === "0";
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#fresh") && held) {
    apply(held).then(() => { rows().scrollTop = 0; rows().focus({ preventScroll: true }); });
  }
});
document.addEventListener("pointerout", (event) => {
  const column = list();
  if (held && column && !column.contains(event.relatedTarget)) setTimeout(() => { if (held && isAtRest(column)) apply(held); }, PAUSE_MS);
});

/** The row of the open conversation is marked, and no longer unread. */
export function markOpen() {
  const number = openNumber();
  for (const link of document.querySelectorAll("#rows .row > a")) {
    const isOpen = link.parentElement.id === `row-${number}`;
    if (!isOpen) { link.removeAttribute("aria-current"); continue; }
    link.setAttribute("aria-current", "true");
    link.parentElement.classList.remove("new");
    link.querySelector(".dot")?.remove();
  }
}

/** Open the next (1) or previous (-1) conversation of the list; in other lists go to the next or previous entry. */
export function step(by) {
  if (!list()) { walk([...document.querySelectorAll(LINKS)], by); return; }
  way = by;
  const target = neighbour()?.querySelector("a");
  if (!target) return;
  target.scrollIntoView({ block: "nearest" });
  target.click();
}

/** The row behind the open one on the way one goes through the list. */
function neighbour() {
  const all = [...document.querySelectorAll("#rows > .row")];
  const at = all.findIndex((row) => row.querySelector("a[aria-current]"));
  return all[at < 0 ? (way > 0 ? 0 : all.length - 1) : at + way];
}

function walk(links, by) {
  const at = links.indexOf(document.activeElement);
  (links[at + by] ?? links[at < 0 && by < 0 ? links.length - 1 : at])?.focus();
}

// After something was swapped: mark the row, renew the list after any change, put lost focus where the reader is.
document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx?.target?.id !== "work" && ctx?.target !== "#work") return;
  markOpen();
  if (ctx.request) lookAhead(neighbour());
  if (ctx.request && ctx.request.method !== "GET") refreshList(true);
  if (document.activeElement === document.body || !document.activeElement) focusWork();
});

/** What went wrong, else the question that was asked, else the conversation: there the keys are commands again. */
function focusWork() {
  const work = document.getElementById("work");
  const place = work.querySelector("[aria-invalid=true], .newer button") ?? openTalk() ?? work;
  place.closest("details")?.setAttribute("open", "");
  place.focus({ preventScroll: true });
}

/** A page that comes after a form was sent: the keyboard is at what is wrong, else at what the address names, else where
    the page begins, and what is said there is read out. What asked for the cursor itself has it already. */
function begin() {
  const said = document.querySelector("#toasts > desk-toast:not([data-until]) > span, main :is(.notice[role=status], [role=alert])");
  if (!said || list() || document.activeElement !== document.body) return;
  const place = document.querySelector(":target:not(main)") ?? document.querySelector("main h1");
  place?.setAttribute("tabindex", "-1");
  (document.querySelector("main [aria-invalid=true]") ?? place)?.focus();
  announce(said.textContent.trim());
}

// Back and forward between conversations change one column, not the page.
document.addEventListener("htmx:before:history:restore", (event) => {
  const { path } = event.detail;
  const url = new URL(path, location.href);
  const column = list();
  if (!column || !/^\/desk\/(c\/\d+\/)?$/.test(url.pathname)) return;
  if (new URL(column.dataset.url, location.href).searchParams.get("view") !== (url.searchParams.get("view") ?? "open")) return;
  event.preventDefault();
  window.htmx.ajax("GET", path, { target: "#work", swap: "innerHTML", push: false });
});

// Of tabs that scroll in a row, the current one is in sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

document.addEventListener("visibilitychange", () => { if (!document.hidden) refreshTalk(); });
if (openTalk()) { markOpen(); lookAhead(neighbour()); } // the page may have been made before it counted as read
addEventListener("load", begin);
