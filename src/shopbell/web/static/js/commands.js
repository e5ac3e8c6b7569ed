// Keys, and the palette that knows every command: both read what the page offers from its own buttons and links.
import { isTyping } from "./coming.js";
import { fill, parse } from "./http.js";
import { step } from "./places.js";
import { Suggesting } from "./search.js";

const palette = document.getElementById("palette");
const input = document.getElementById("palette-input");
const choices = document.getElementById("palette-list");
const keysDialog = document.getElementById("keys");
const MOST = 8;
const UNDO = "z";
let commands = [];
let shown = [];
let found = []; // what the server suggests, below the commands
let at = 0;

const suggesting = palette && new Suggesting(palette.dataset.suggest, (fragment) => {
  if (!palette.open || !input.value.trim()) return;
  found = [...fragment.children];
  draw();
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (palette.open) palette.close(); else openPalette();
    return;
  }
  if (document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]") || event.defaultPrevented) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    event.preventDefault();
    step(key === "j" ? 1 : -1);
    return;
  }
  const targets = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  const target = key === UNDO ? newest(targets) : targets[0];
  if (!target) return;
  event.preventDefault();
  press(target);
});

/** Of what can be undone, what was done last. */
function newest(buttons) {
  const doneAt = (button) => Number(button.dataset.at);
  return buttons.sort((a, b) => doneAt(a) - doneAt(b)).at(-1);
}

/** A button is pressed, a field is written in; what a part that opens asks comes next to the keyboard. */
function press(element) {
  const isField = element.matches("input, textarea, select");
  if (isField || element.matches("summary")) element.focus();
  if (!isField) element.click();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open-palette]")) openPalette();
  if (event.target.closest("[data-open-keys]")) keysDialog.showModal();
  if (event.target.closest("[data-handbook]")) { event.preventDefault(); document.getElementById("handbook").click(); }
});

function openPalette() {
  document.querySelector("dialog[open]")?.close();
  commands = collect();
  input.value = "";
  palette.showModal();
  input.focus();
  narrow();
  addMacros();
}

/** Every element that says what it does, once by name; what concerns the open conversation first. */
function collect() {
  const found = new Map();
  for (const element of [...document.querySelectorAll("main [data-command]"), ...document.querySelectorAll("[data-command]")]) {
    const label = element.dataset.command;
    if (element.popoverTargetElement && !element.checkVisibility()) continue; // what it opens is in sight
    if (!found.has(label)) found.set(label, { label, key: element.dataset.key, run: () => press(element) });
  }
  return [...found.values()];
}

async function addMacros() {
  const composer = document.querySelector("desk-composer");
  if (!composer) return;
  for (const button of parse(await composer.fetchMacros()).querySelectorAll("[data-text]")) {
    const label = button.querySelector(".name").textContent;
    commands.push({ label, kind: composer.dataset.macroWord, run: () => composer.insertMacro(button) });
  }
  if (palette.open) narrow();
}

/** How well letters fit a name: in order, better at the beginnings of words and next to each other, better yet as the
    beginning of a word, best as the whole name. 0: not at all. */
function fit(name, typed) {
  const text = name.toLowerCase();
  if (text.replace(/\s+/g, "") === typed) return 1000;
  let score = text.split(/[\s(-]+/).some((word) => word.startsWith(typed)) ? 100 : 1, from = 0;
  for (const letter of typed) {
    const found = text.indexOf(letter, from);
    if (found < 0) return 0;
    if (found === from) score += 2;
    if (found === 0 || /[\s(-]/.test(text[found - 1])) score += 3;
    from = found + 1;
  }
  return score - text.length / 100;
}

function narrow() {
  const typed = input.value.trim();
  const letters = typed.toLowerCase().replace(/\s+/g, "");
  const ranked = commands.map((command) => ({ command, score: letters ? fit(command.label, letters) : 1 }))
    .filter((each) => each.score > 0);
  if (letters) ranked.sort((a, b) => b.score - a.score);
  shown = ranked.slice(0, letters ? MOST : 60).map((each) => each.command);
  const words = palette.dataset;
  if (/^#?\d+$/.test(typed)) {
    const number = typed.replace("#", "");
    shown.unshift({ label: fill(words.openNumber, { text: number }), run: () => location.assign(`${words.go}${number}/`) });
  }
  if (typed) {
    const search = `${words.search}?q=${encodeURIComponent(typed)}`;
    shown.push({ label: fill(words.searchFor, { text: typed }), run: () => location.assign(search) });
  }
  found = [];
  if (typed) suggesting.typed(input.value);
  else suggesting.stop();
  at = 0;
  draw();
}

function draw() {
  choices.replaceChildren(...shown.map(row), ...found);
  const options = all();
  options.forEach((item, index) => {
    item.id = `command-${index}`;
    item.setAttribute("aria-selected", String(index === at));
    item.onclick = () => choose(index);
  });
  input.setAttribute("aria-activedescendant", options.length ? `command-${at}` : "");
  document.getElementById(`command-${at}`)?.scrollIntoView({ block: "nearest" });
}

function all() {
  return [...choices.querySelectorAll('[role="option"]')];
}

function row(command) {
  const item = document.createElement("li");
  item.setAttribute("role", "option");
  const name = document.createElement("span");
  name.textContent = command.label;
  item.append(name);
  if (command.kind) item.append(mark("span", "soft push", command.kind));
  if (command.key) item.append(mark("kbd", "push", command.key.toUpperCase()));
  return item;
}

function mark(tag, kind, text) {
  const made = document.createElement(tag);
  made.className = kind;
  made.textContent = text;
  return made;
}

/** A command is run, a thing that was found is gone to, an operator is written into the field. */
function choose(index) {
  const { href, complete } = all()[index]?.dataset ?? {};
  if (complete) {
    input.value = complete;
    input.focus();
    narrow();
    return;
  }
  palette.close();
  if (href) location.assign(href);
  else shown[index]?.run();
}

input?.addEventListener("input", narrow);
input?.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    event.preventDefault();
    const count = Math.max(all().length, 1);
    at = (at + by + count) % count;
    draw();
  }
  if (event.key === "Enter") {
    event.preventDefault();
    choose(at);
  }
});
