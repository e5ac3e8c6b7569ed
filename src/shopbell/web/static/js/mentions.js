// Typing @ in a note offers colleagues and teams, here in plain text, by `Suggestions` in the editor. What is sent is
// the name: without this one types it.
import { ask } from "./http.js";

const MOST = 8;
const known = new Map(); // address of the names → promise of them
let list = null;
let field = null;
let shown = [];
let at = 0;

const isNote = (target) => target.matches?.("form[data-kind=note] textarea[name=text]");

/** The letters behind an @ at the end of a text; null where there is none. */
export function named(before) {
  const found = /(?:^|[^\p{L}\p{N}])@([^@\n]{0,40})$/u.exec(before);
  return found ? found[1] : null;
}

const typed = () => named(field.value.slice(0, field.selectionStart));

/** Colleagues and teams who may read the note and of whom a name begins like this. */
export async function namesFor(url, letters) {
  if (!known.has(url)) known.set(url, ask(url).then((response) => response.json()).catch(() => { known.delete(url); return { names: [] }; }));
  const { names } = await known.get(url);
  const wanted = letters.toLowerCase();
  const fits = (one) => one.name.toLowerCase().split(/\s+/).some((word) => word.startsWith(wanted)) || one.name.toLowerCase().startsWith(wanted);
  return names.filter(fits).slice(0, MOST);
}

async function offer() {
  const letters = typed();
  if (letters === null) return close();
  const found = await namesFor(field.closest("desk-composer").dataset.names, letters);
  if (!field || typed() !== letters) return null;
  shown = found;
  at = 0;
  return shown.length ? draw() : close();
}

function draw() {
  if (!list) {
    list = document.createElement("ul");
    list.className = "names";
    list.id = "mention-names";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.closest("desk-composer").dataset.namesLabel);
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-autocomplete", "list");
    field.after(list);
  }
  list.replaceChildren(...shown.map((one, index) => {
    const item = document.createElement("li");
    item.id = `mention-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(index === at));
    const name = document.createElement("span");
    name.textContent = one.name;
    const more = document.createElement("span");
    more.className = "soft push";
    more.textContent = one.handle === one.name ? one.kind : one.handle;
    item.append(name, more);
    item.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(index); });
    return item;
  }));
  field.setAttribute("aria-activedescendant", `mention-${at}`);
}

function close() {
  list?.remove();
  list = null;
  shown = [];
  for (const name of ["aria-controls", "aria-activedescendant", "aria-autocomplete"]) field?.removeAttribute(name);
}

function choose(index) {
  const { handle } = shown[index];
  const start = field.selectionStart - typed().length;
  field.setSelectionRange(start, field.selectionStart);
  if (!document.execCommand("insertText", false, `${handle} `)) field.setRangeText(`${handle} `, start, field.selectionEnd, "end");
  close();
}

document.addEventListener("input", (event) => {
  if (!isNote(event.target)) return;
  field = event.target;
  offer();
});
document.addEventListener("keydown", (event) => {
  if (!list || event.target !== field) return;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    at = (at + by + shown.length) % shown.length;
    draw();
  } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
    choose(at);
  } else if (event.key === "Escape") {
    close();
  } else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("focusout", (event) => { if (event.target === field) close(); });
