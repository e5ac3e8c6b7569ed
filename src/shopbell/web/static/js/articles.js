// Writing an article: a toolbar for Markdown, the preview, pictures pasted and dropped, and what was typed kept until it is saved.
import { ask } from "./http.js";
import { closeDialog, openDialog } from "./dialogs.js";
import { toast } from "./toasts.js";

const WAIT = 350; // ms after the last key until the preview is asked for
const AROUND = { bold: "**", italic: "*" };
const BEFORE = { heading: "## ", list: "- ", numbers: "1. ", quote: "> " };
const KEPT = ["shop", "language", "title", "summary", "slug", "body", "based_on"];

class ArticleEditor extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.body = this.form.elements.body;
    this.tools = this.querySelector(".tools");
    this.tools.hidden = false;
    this.shown = this.querySelector("[data-shown]");
    this.sent = Object.fromEntries(KEPT.map((name) => [name, this.value(name)]));
    this.form.addEventListener("input", () => this.typed());
    this.form.addEventListener("change", (event) => this.chosen(event.target));
    this.form.addEventListener("submit", (event) => this.submitted(event));
    this.tools.addEventListener("click", (event) => this.press(event));
    this.tools.addEventListener("keydown", (event) => this.rove(event));
    document.addEventListener("keydown", (event) => this.key(event)); // Ctrl S saves wherever the focus is
    this.body.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    this.form.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) { event.preventDefault(); this.form.classList.add("dropping"); } });
    this.form.addEventListener("dragleave", () => this.form.classList.remove("dropping"));
    this.form.addEventListener("drop", (event) => { this.form.classList.remove("dropping"); this.take(event, event.dataTransfer); });
    document.querySelector("[data-take-theirs]")?.addEventListener("click", () => this.forget());
    this.querySelector("[data-forget]").addEventListener("click", () => { this.forget(); this.fill(this.sent); this.querySelector(".kept").hidden = true; this.body.focus(); });
    this.bringBack();
    this.count();
  }

  value(name) { return this.form.elements[name]?.value ?? ""; }
  fill(values) { for (const name of KEPT) if (this.form.elements[name] && name in values) this.form.elements[name].value = values[name]; this.look(); this.count(); }

  // what was typed

  get store() { return `shopbell:article:${this.dataset.stamp}`; }
  forget() { clearTimeout(this.keeping); try { localStorage.removeItem(this.store); } catch { /* no storage, no memory */ } }

  typed() {
    this.count();
    clearTimeout(this.looking);
    this.looking = setTimeout(() => this.look(), WAIT);
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(), WAIT);
  }

  /** Another shop is written for in its own language until another one is chosen. */
  chosen(field) {
    const { language, title, summary } = this.form.elements;
    if (field.name === "shop") language.value = field.selectedOptions[0].dataset.language;
    for (const each of [title, summary, this.body]) each.lang = language.value;
  }

  keep() {
    const values = Object.fromEntries(KEPT.map((name) => [name, this.value(name)]));
    try { localStorage.setItem(this.store, JSON.stringify(values)); } catch { /* as above */ }
  }

  /** What was typed comes back with the version it was based on: where a colleague saved since, the server says so. */
  bringBack() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(this.store) ?? "null"); } catch { /* as above */ }
    if (!kept || document.querySelector("[data-take-theirs]")) return;
    if (["title", "summary", "slug", "body"].every((name) => kept[name] === this.sent[name])) { this.forget(); return; }
    this.fill(kept);
    const strip = this.querySelector(".kept");
    strip.querySelector("span").textContent = this.dataset.back;
    strip.querySelector("[data-forget]").textContent = this.dataset.forget;
    strip.hidden = false;
  }

  submitted(event) {
    if (event.submitter?.name === "preview") return;
    this.forget();
  }

  count() {
    const number = this.body.value.trim().split(/\s+/).filter(Boolean).length;
    this.tools.querySelector("[data-count]").textContent = `${number} ${this.dataset.words}`;
  }

  /** How it will read, from the server, which makes it safe. The newest answer counts. */
  async look() {
    if (!this.shown) return;
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const data = new FormData();
    for (const name of ["shop", "language", "internal", "body"]) data.set(name, this.value(name));
    const response = await ask(this.dataset.preview, { method: "POST", body: data }).catch(() => null);
    if (response?.ok && turn === this.turn) this.shown.innerHTML = await response.text();
  }

  // formatting

  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const mark = { b: "bold", i: "italic", k: "link" }[event.key.toLowerCase()];
    if (event.key.toLowerCase() === "s") {
      event.preventDefault();
      this.form.requestSubmit(this.form.querySelector("[data-save]"));
    } else if (mark && event.target === this.body) {
      event.preventDefault();
      event.stopPropagation();
      this.mark(mark);
    }
  }

  press(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.mark) this.mark(button.dataset.mark);
    else if (button.matches("[data-article]")) this.pickArticle();
    else if (button.matches("[data-choose]")) this.choosePicture();
  }

  mark(name) {
    const { value, selectionStart: from, selectionEnd: to } = this.body;
    const chosen = value.slice(from, to);
    if (AROUND[name]) this.replace(from, to, `${AROUND[name]}${chosen}${AROUND[name]}`, chosen ? null : from + AROUND[name].length);
    else if (name === "link") this.replace(from, to, `[${chosen}](https://)`, from + chosen.length + (chosen ? 3 : 1));
    else this.lines(BEFORE[name], from, to);
  }

  /** Put a sign before each line that is chosen; take it away where all have it. */
  lines(sign, from, to) {
    const { value } = this.body;
    const start = value.lastIndexOf("\n", from - 1) + 1;
    const end = value.indexOf("\n", to) < 0 ? value.length : value.indexOf("\n", to);
    const chosen = value.slice(start, end).split("\n");
    const has = chosen.every((line) => line.startsWith(sign));
    this.replace(start, end, chosen.map((line) => (has ? line.slice(sign.length) : sign + line)).join("\n"));
  }

  /** As if it had been typed, so that Ctrl Z takes it back. */
  replace(from, to, text, caret = null) {
    this.body.focus();
    this.body.setSelectionRange(from, to);
    if (!document.execCommand("insertText", false, text)) this.body.setRangeText(text, from, to, "end");
    if (caret !== null) this.body.setSelectionRange(caret, caret);
    this.typed();
  }

  insert(text) { this.replace(this.body.selectionStart, this.body.selectionEnd, text); }

  /** One stop in the toolbar for the Tab key; arrows go through it. */
  rove(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const buttons = [...this.tools.querySelectorAll("button")];
    const target = buttons[(buttons.indexOf(event.target) + by + buttons.length) % buttons.length];
    for (const button of buttons) button.tabIndex = button === target ? 0 : -1;
    target.focus();
  }

  // links and pictures

  async pickArticle() {
    const query = new URLSearchParams({ shop: this.value("shop"), language: this.value("language") });
    const dialog = await openDialog(`${this.dataset.pick}?${query}`);
    dialog?.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      const { article, title } = event.submitter?.dataset ?? {};
      if (!article) return;
      closeDialog();
      const chosen = this.body.value.slice(this.body.selectionStart, this.body.selectionEnd);
      this.insert(`[${chosen || title}](article:${article})`);
    });
  }

  choosePicture() {
    const field = document.createElement("input");
    field.type = "file";
    field.accept = "image/png,image/jpeg,image/gif,image/webp";
    field.addEventListener("change", () => this.upload([...field.files]));
    field.click();
  }

  take(event, data) {
    const files = [...data.files];
    if (!files.length) return;
    event.preventDefault(); // a browser would open a file that is no picture in place of what was written
    this.upload(files);
  }

  async upload(files) {
    this.form.setAttribute("aria-busy", "true");
    for (const file of files) {
      const data = new FormData();
      data.set("shop", this.value("shop"));
      data.set("picture", file, file.name);
      const response = await ask(this.dataset.pictures, { method: "POST", body: data }).catch(() => null);
      if (response?.ok) this.insert(`${(await response.json()).markdown}\n`);
      else toast(response?.status === 422 ? await response.text() : document.body.dataset.failed);
    }
    this.form.removeAttribute("aria-busy");
  }
}
customElements.define("article-editor", ArticleEditor);
