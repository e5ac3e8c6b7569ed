// Small forms in dialogs: fetched when asked for, closed when done.
import { ask } from "./http.js";
import { openTalk } from "./timeline.js";
import { toast } from "./toasts.js";

const dialog = document.getElementById("dialog");

/** Show a form in the dialog. Resolves when it is there. */
export async function openDialog(url) {
  const body = document.getElementById("dialog-body");
  body.replaceChildren();
  if (!dialog.open) dialog.showModal(); // at once, so that keys pressed from now on are no commands
  const response = await ask(url).catch(() => null);
  if (!response?.ok) {
    dialog.close();
    toast(document.body.dataset.failed);
    return null;
  }
  if (!dialog.open) return null; // closed meanwhile
  body.innerHTML = await response.text();
  window.htmx.process(body);
  showDialog();
  return dialog;
}

/** Show what is in the dialog. */
export function showDialog() {
  const body = document.getElementById("dialog-body");
  if (!dialog.open) dialog.showModal();
  prepare(body);
  (body.querySelector("[data-filter], [autofocus]") ?? body.querySelector("input:not([type=hidden]), select, textarea, .item"))?.focus();
}

// What had the focus before the dialog may be gone with what was swapped: then the conversation has it.
dialog?.addEventListener("close", () => requestAnimationFrame(() => {
  const at = document.activeElement;
  if (!dialog.open && (!at || at === document.body || dialog.contains(at))) (openTalk() ?? document.getElementById("work"))?.focus({ preventScroll: true });
}));

export function closeDialog() {
  if (dialog?.open) dialog.close();
}

/** What only makes sense with a script: the button that closes, the field that filters. */
function prepare(body) {
  for (const part of body.querySelectorAll("[data-close], .filter")) part.hidden = false;
}

function options(field) {
  return [...field.closest("form").querySelectorAll("[data-options] > li")];
}

function narrow(field) {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const option of options(field)) {
    const button = option.querySelector("button");
    const text = `${option.textContent} ${button.dataset.text ?? ""}`.toLowerCase();
    option.hidden = !words.every((word) => text.includes(word));
    button.classList.toggle("chosen", !option.hidden && shown === 0 && words.length > 0);
    if (!option.hidden) shown += 1;
  }
  field.closest("form").querySelector(".none").hidden = shown > 0;
}

function move(field, by) {
  const buttons = options(field).filter((option) => !option.hidden).map((option) => option.querySelector("button"));
  const at = buttons.findIndex((button) => button.classList.contains("chosen"));
  const next = buttons[Math.min(Math.max(at + by, 0), buttons.length - 1)];
  for (const button of buttons) button.classList.toggle("chosen", button === next);
  next?.scrollIntoView({ block: "nearest" });
}

/** Among choices: arrow keys go from one to the next, and what is typed goes into the field for other words. */
function among(item, event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const items = [...item.closest("[data-options]").querySelectorAll(".item")];
  if (by) {
    event.preventDefault();
    items[Math.min(Math.max(items.indexOf(item) + by, 0), items.length - 1)].focus();
  } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
    dialog.querySelector("input[data-words]")?.focus();
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    link.closest("details")?.removeAttribute("open");
    openDialog(link.href);
  }
  if (event.target.closest("dialog [data-close]")) event.target.closest("dialog").close();
  if (event.target.matches?.("dialog[open]")) event.target.close(); // on the backdrop
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest(".item")) menu.open = false;
  }
});

document.addEventListener("input", (event) => { if (event.target.matches?.("[data-filter]")) narrow(event.target); });

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  }
  const item = event.target.closest?.("#dialog [data-options] .item");
  if (item) among(item, event);
  const field = event.target.closest?.("[data-filter]");
  if (!field) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(field, event.key === "ArrowDown" ? 1 : -1);
  }
  if (event.key === "Enter") {
    event.preventDefault();
    const chosen = field.closest("form").querySelector("li:not([hidden]) .chosen");
    if (chosen) chosen.click();
  }
});

// Done: what the form did shows in the conversation. What came back wrong stays in the dialog, and a question that a
// press on the page led to opens there.
document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  const asked = typeof ctx?.target === "string" ? ctx.target : `#${ctx?.target?.id}`;
  if (asked === "#dialog-body" && dialog && !dialog.open) {
    dialog.showModal();
    prepare(document.getElementById("dialog-body"));
    dialog.querySelector("[aria-invalid], .wrong input, [autofocus], input:not([type=hidden])")?.focus();
    return;
  }
  if (asked === "#dialog-body") prepare(document.getElementById("dialog-body")); // who asked for it may be gone with what was there
  if (!ctx?.sourceElement || !dialog?.contains(ctx.sourceElement)) return;
  const target = typeof ctx.target === "string" ? ctx.target : `#${ctx.target?.id}`;
  if (target === "#work") closeDialog();
  if (target === "#dialog-body") prepare(document.getElementById("dialog-body"));
});
