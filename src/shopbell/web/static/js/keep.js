// Forms that are closed or swapped away keep what was typed, in this tab, until it was sent: <form data-keep>.
const store = (form) => `shopbell:keep:${form.action.split("?")[0]}`;
const fields = (form) => [...form.elements].filter((field) => field.matches("textarea, input:not([type=hidden], [type=checkbox], [type=file])"));

function remember(form) {
  const typed = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
  try { sessionStorage.setItem(store(form), JSON.stringify(typed)); } catch { /* no storage, no memory */ }
}

function bringBack(form) {
  let typed = {};
  try { typed = JSON.parse(sessionStorage.getItem(store(form)) ?? "{}"); } catch { /* as above */ }
  for (const field of fields(form)) {
    if (typed[field.name] && !field.matches("[aria-invalid=true]")) field.value = typed[field.name];
  }
  form.closest("details")?.toggleAttribute("open", form.closest("details").open || Boolean(typed.text));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-keep]");
  if (form) remember(form);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches?.("form[data-keep]")) try { sessionStorage.removeItem(store(event.target)); } catch { /* as above */ }
});

/** Forms that came with the page, with a swap, or into the dialog. */
function keepForms(place = document) {
  for (const form of place.querySelectorAll("form[data-keep]:not([data-kept])")) {
    form.dataset.kept = "";
    bringBack(form);
  }
}
document.addEventListener("htmx:after:swap", () => keepForms());
new MutationObserver(() => keepForms()).observe(document.getElementById("dialog-body") ?? document.body, { childList: true });
keepForms();
