// Where several things are done one after the other, in dialogs and among a view's conditions: the focus stays near
// what was pressed.
let pressed = null; // in the dialog
let changed = ""; // among the conditions

const forms = () => [...document.getElementById("dialog-body").querySelectorAll("form")];

document.addEventListener("submit", (event) => {
  const { submitter } = event;
  const isIn = submitter?.closest("#dialog-body");
  pressed = isIn ? { name: submitter.name, value: submitter.value, form: forms().indexOf(submitter.form) } : null;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#conditions button");
  if (button) changed = button.value;
});

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  const target = typeof ctx?.target === "string" ? ctx.target : `#${ctx?.target?.id}`;
  if (target === "#conditions") amongConditions();
  if (target === "#dialog-body") inDialog(document.getElementById("dialog-body"));
});

/** The same button again, or the one that has taken its place in the same form; else where the dialog begins. */
function inDialog(body) {
  for (const part of body.querySelectorAll("[data-close], .filter")) part.hidden = false; // they need a script
  if (!pressed || (!pressed.value && body.contains(document.activeElement))) return;
  const buttons = [...(forms()[pressed.form]?.querySelectorAll("button[value]") ?? [])];
  const same = buttons.filter((button) => button.value && button.value === pressed.value);
  const start = body.querySelector("[autofocus]") ?? body.querySelector("input:not([type=hidden]), button");
  (same.find((button) => button.name === pressed.name) ?? same[0] ?? start)?.focus();
}

/** The condition that was added, to be chosen; after one that was removed, the button that adds another. */
function amongConditions() {
  const chosen = [...document.querySelectorAll("#conditions .asks > select[data-renews]:first-child")];
  if (/^(add|group)/.test(changed)) chosen.findLast((select) => !select.value)?.focus();
  else if (document.activeElement === document.body) document.querySelector('#conditions [value="add"]')?.focus();
  changed = "";
}
