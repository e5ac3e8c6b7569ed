// Dialogs in which several things are done one after the other: the focus stays where it was pressed.
let pressed = null;

document.addEventListener("submit", (event) => {
  const { submitter } = event;
  pressed = submitter?.closest("#dialog-body") ? { name: submitter.name, value: submitter.value } : null;
});

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  const target = typeof ctx?.target === "string" ? ctx.target : `#${ctx?.target?.id}`;
  const body = document.getElementById("dialog-body");
  if (target !== "#dialog-body") return;
  for (const part of body.querySelectorAll("[data-close], .filter")) part.hidden = false; // they need a script
  if (!pressed || (!pressed.value && body.contains(document.activeElement))) return;
  const same = [...body.querySelectorAll("button[value]")].filter((button) => button.value && button.value === pressed.value);
  const place = same.find((button) => button.name === pressed.name) ?? same[0] ?? body.querySelector("[autofocus], input:not([type=hidden]), button");
  place?.focus();
});
