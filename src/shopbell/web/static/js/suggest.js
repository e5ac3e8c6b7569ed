// Completion in the editor: "/" offers macros, in a note "@" colleagues, ":" offers emoji. One list at the cursor, gone
// through by the arrow keys.
import { fill, parse } from "./http.js";
import { namesFor, named } from "./mentions.js";
import { emojiNames, fitting } from "./emoji.js";

const MOST = 8;

export class Suggestions {
  constructor(composer, editor, kind = "reply") {
    this.composer = composer;
    this.editor = editor;
    this.kind = kind;
    this.shown = [];
    this.at = 0;
    this.list = document.createElement("div");
    this.list.className = "suggest";
    this.list.hidden = true;
    composer.append(this.list);
  }

  get isOpen() { return !this.list.hidden; }

  /** After every change: is a word being typed that begins with a sign of ours? */
  async look() {
    const before = this.editor.before();
    const text = before?.text ?? "";
    const macro = this.kind === "reply" && /(?:^|\n)\/([^\n/]{0,40})$/.exec(text);
    const name = this.kind === "note" ? named(text) : null;
    const emoji = /(?:^|[\s\ufffc(])(:[\p{L}\d_+-]{2,30})$/u.exec(text);
    if (macro) await this.offer(await this.macros(macro[1]), macro[1].length + 1, before.at);
    else if (name !== null) await this.offer(await this.names(name), name.length, before.at);
    else if (emoji) await this.offer(await this.emoji(emoji[1].slice(1)), emoji[1].length, before.at);
    else this.close();
  }

  async macros(typed) {
    const { composer } = this;
    const html = await composer.fetchMacros();
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [...parse(html).querySelectorAll("button[data-text]")].filter((button) => {
      const text = `${button.querySelector(".name").textContent} ${button.dataset.text}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const byName = (button) => button.querySelector(".name").textContent.toLowerCase().includes(typed.toLowerCase().trim()) ? 0 : 1;
    const articles = { label: composer.dataset.articleWord, put: (length) => { this.editor.replaceBefore(length, ""); composer.chooseArticle(); } };
    const isMeant = words.every((word) => articles.label.toLowerCase().includes(word));
    const macros = found.sort((a, b) => byName(a) - byName(b)).slice(0, MOST).map((button) => ({
      label: button.querySelector(".name").textContent,
      preview: button.dataset.text,
      missing: button.dataset.missing,
      put: (length) => { this.editor.replaceBefore(length, composer.macroHtml(button)); composer.usedMacro(button.value); },
    }));
    return isMeant ? [...macros, articles] : macros;
  }

  async names(typed) {
    const found = await namesFor(this.composer.dataset.names, typed);
    const handles = found.map(({ name, handle, kind }) => ({ label: [name, handle === name ? kind : handle].filter(Boolean).join(" · "), handle }));
    return handles.map(({ label, handle }) => ({ label, put: (length) => this.editor.replaceBefore(length, `${handle} `) }));
  }

  async emoji(typed) {
    const known = await emojiNames(this.composer.dataset.emoji);
    return fitting(known, typed, MOST).map(([sign, name]) => ({ label: `${sign} ${name}`, put: (length) => this.editor.replaceBefore(length, `${sign} `) }));
  }

  async offer(found, length, at) {
    if (!found.length) { this.close(); return; }
    this.shown = found;
    this.length = length;
    this.at = 0;
    this.draw();
    this.place(at);
  }

  place(at) {
    const { list } = this;
    list.hidden = false;
    const box = list.getBoundingClientRect();
    const above = at.top - box.height - 8;
    list.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.width - 8))}px`;
    list.style.top = `${above > 8 ? above : at.bottom + 8}px`;
  }

  draw() {
    const options = document.createElement("ul");
    options.setAttribute("role", "listbox");
    options.id = "suggest-list";
    options.setAttribute("aria-label", this.composer.dataset.suggestions);
    options.append(...this.shown.map((one, index) => {
      const item = document.createElement("li");
      item.id = `suggest-${index}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(index === this.at));
      item.textContent = one.label;
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); this.at = index; this.choose(); });
      return item;
    }));
    this.list.replaceChildren(options);
    const { preview, missing } = this.shown[this.at];
    if (preview) {
      const text = document.createElement("div");
      text.className = "preview";
      text.textContent = preview;
      this.list.append(text);
      if (missing) {
        const warning = document.createElement("p");
        warning.className = "missing";
        warning.textContent = fill(this.composer.dataset.missing, { names: missing });
        text.append(warning);
      }
    }
    const { element } = this.editor;
    element.setAttribute("aria-controls", "suggest-list");
    element.setAttribute("aria-activedescendant", `suggest-${this.at}`);
  }

  /** True when the key was for the list. */
  key(event) {
    if (!this.isOpen) return false;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      this.at = (this.at + by + this.shown.length) % this.shown.length;
      this.draw();
    } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
      this.choose();
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  choose() {
    const { put } = this.shown[this.at];
    this.close();
    put(this.length);
  }

  close() {
    this.list.hidden = true;
    this.editor.element.removeAttribute("aria-activedescendant");
    this.editor.element.removeAttribute("aria-controls");
  }
}
