// Rows of the list: selecting several, keys and a menu for each. The form beside them does the work, also without this.
import { isTyping } from "./coming.js";
import { announce, fill } from "./http.js";
import { openNumber } from "./timeline.js";
import { showDialog, closeDialog } from "./dialogs.js";
import { toast } from "./toasts.js";

const KEYS = { e: "resolve", s: "snooze", a: "assign", "#": "tags", p: "priority", u: "unread" };
const GO_MS = 1500;
const menu = document.getElementById("row-menu");
const chosen = new Set(); // kept while the list is renewed
let anchor = null; // where a range begins
let menuRow = null;
let goes = 0;

const list = () => document.getElementById("list");
const form = () => document.getElementById("bulk");
const rows = () => [...document.querySelectorAll("#rows > .row")];
const pickOf = (row) => row.querySelector(".pick");
const focusedRow = () => document.activeElement?.closest?.("#rows > .row");
const isBefore = () => { // before the first row: where the list is new, or a row has gone
  const at = document.activeElement;
  return at?.id === "rows" || (!openNumber() && (at === document.body || at?.id === "work"));
};
const isWhole = () => Boolean(form()?.elements.all.checked); // everything in the view is meant
const currentRow = () => document.getElementById(`row-${openNumber()}`);

/** Tick what is chosen, forget what is no longer there, and say how many. */
function show() {
  const bar = form();
  if (!bar) return;
  const there = new Map(rows().map((row) => [pickOf(row)?.value, row]));
  for (const number of chosen) if (!there.has(number)) chosen.delete(number);
  for (const [number, row] of there) pickOf(row).checked = chosen.has(number);
  const words = bar.querySelector(".picked");
  const text = chosen.size === 0 ? "" : chosen.size === 1 ? words.dataset.one : fill(words.dataset.many, { n: chosen.size });
  if (words.textContent !== text) words.textContent = text;
}

function set(row, isOn) {
  const number = pickOf(row)?.value;
  if (!number) return;
  if (isOn) chosen.add(number); else chosen.delete(number);
}

/** Everything between two rows is as the second one is now. */
function range(from, to, isOn) {
  const all = rows();
  const [first, last] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  if (first >= 0) for (const row of all.slice(first, last + 1)) set(row, isOn);
}

function toggle(row, withShift = false) {
  const isOn = !chosen.has(pickOf(row)?.value);
  if (withShift && anchor?.isConnected) range(anchor, row, isOn); else set(row, isOn);
  anchor = row;
  show();
}

export function clear() {
  chosen.clear();
  const whole = form()?.querySelector("[name=all]");
  if (whole) whole.checked = false;
  show();
}

/** Press a button of the form for what is chosen; without a choice for one row. */
function act(name, row) {
  if (row && !chosen.has(pickOf(row)?.value)) { clear(); set(row, true); show(); }
  form()?.querySelector(`button[value="${name}"]`)?.click();
}

function move(by, withShift) {
  const all = rows();
  const at = all.indexOf(focusedRow() ?? currentRow());
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  if (!next) return;
  if (withShift) { const from = all[at] ?? next; if (!anchor?.isConnected) anchor = from; range(from, next, true); show(); }
  next.querySelector("a").focus();
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const pick = event.target.closest?.("#rows .pick");
  if (!pick) return;
  const row = pick.parentElement;
  if (event.shiftKey && anchor?.isConnected) range(anchor, row, pick.checked); else set(row, pick.checked);
  anchor = row;
  show();
});
document.addEventListener("reset", (event) => { if (event.target.id === "bulk") { event.preventDefault(); clear(); } });

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]") || !list() || isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (menu && !menu.hidden) return menuKey(event);
  if (event.key === "Escape" && (chosen.size || isWhole())) { event.preventDefault(); clear(); return; }
  const row = focusedRow();
  if ((row || isBefore()) && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1, event.shiftKey);
    return;
  }
  if (row && ((event.key === "F10" && event.shiftKey) || event.key === "ContextMenu")) {
    event.preventDefault();
    const box = row.getBoundingClientRect();
    openMenu(row, box.left + box.width / 3, box.top + box.height / 2);
    return;
  }
  if (document.body.dataset.keys !== "off") letter(event, row);
}, true);

function letter(event, row) {
  const key = event.key.toLowerCase();
  if (key === "g") { goes = Date.now(); event.preventDefault(); event.stopPropagation(); return; }
  if (/^[1-9]$/.test(key) && Date.now() - goes < GO_MS) {
    goes = 0;
    take(event, () => document.querySelector(`[data-go="${key}"]`)?.click());
    return;
  }
  if (!form()) return;
  const about = row ?? currentRow();
  if (key === "x" && about) { take(event, () => toggle(about, event.shiftKey)); return; }
  const isOther = row && row !== currentRow();
  const isSeveral = chosen.size > 0 || isWhole();
  if (KEYS[key] && (isSeveral || isOther)) take(event, () => act(KEYS[key], isSeveral ? null : row));
}

function take(event, does) {
  event.preventDefault();
  event.stopPropagation();
  does();
}

// The menu of a row.
document.addEventListener("contextmenu", (event) => {
  const row = event.target.closest?.("#rows > .row");
  if (!row || !menu || event.shiftKey) return;
  event.preventDefault();
  openMenu(row, event.clientX, event.clientY);
});

function openMenu(row, x, y) {
  menuRow = row;
  menu.hidden = false;
  menu.style.left = `${Math.max(4, Math.min(x, innerWidth - menu.offsetWidth - 4))}px`;
  menu.style.top = `${Math.max(4, Math.min(y, innerHeight - menu.offsetHeight - 4))}px`;
  menu.querySelector("button").focus();
}

function closeMenu(back = true) {
  menu.hidden = true;
  if (back) menuRow?.querySelector("a")?.focus();
}

function menuKey(event) {
  const items = [...menu.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) { event.preventDefault(); items[(to + items.length) % items.length].focus(); }
  if (event.key === "Escape" || event.key === "Tab") { event.preventDefault(); closeMenu(); }
  event.stopPropagation();
}

menu?.addEventListener("click", (event) => {
  const name = event.target.closest("[data-act]")?.dataset.act;
  if (!name || !menuRow) return;
  const link = menuRow.querySelector("a");
  closeMenu(name !== "open");
  if (name === "open") link.click();
  else if (name === "tab") open(link.href, "_blank", "noopener");
  else if (name === "copy") copy(link.href.split("?")[0]);
  else if (name === "pick") toggle(menuRow);
  else act(name, menuRow);
});
document.addEventListener("pointerdown", (event) => { if (menu && !menu.hidden && !menu.contains(event.target)) closeMenu(false); });

async function copy(address) {
  try {
    await navigator.clipboard.writeText(address);
    announce(menu.dataset.copied);
  } catch {
    toast(document.body.dataset.failed);
  }
}

// Forms that ask for more come into the dialog; when they are done the list is new, and nothing is selected any more.
document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  const target = typeof ctx?.target === "string" ? ctx.target : `#${ctx?.target?.id}`;
  if (target === "#dialog-body" && ctx.sourceElement?.closest?.("#bulk")) showDialog();
  if (target === "#list" && ctx.request && ctx.request.method !== "GET") { // what is renewed by itself has no request
    closeDialog();
    if (ctx.sourceElement?.closest?.("#bulk, dialog")) clear();
    if (document.activeElement === document.body || !document.activeElement) document.getElementById("rows")?.focus({ preventScroll: true });
  }
});

if (list()) {
  new MutationObserver(show).observe(list(), { childList: true, subtree: true });
  show();
}

// Choosing another field of a condition shows what can be asked of it.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-renews]")) event.target.form.querySelector("[data-renew]")?.click();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("input[data-renews]") || !event.target.value) return;
  event.preventDefault(); // the name is added, the form is not sent
  event.target.form.querySelector("[data-renew]")?.click();
});
document.addEventListener("htmx:after:swap", () => {
  for (const field of document.querySelectorAll("#conditions input[list]")) field.value = field.defaultValue; // taken, or as it was
});
document.documentElement.classList.add("scripted");
