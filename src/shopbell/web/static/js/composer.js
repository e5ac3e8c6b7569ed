// The composer: tabs, the text with or without formatting, files, macros. What it sends, the forms send without it too.
import { ask, fill } from "./http.js";
import { closeDialog, openDialog } from "./dialogs.js";
import { Drafts } from "./drafts.js";
import { Editor, fetchLibrary, fromText } from "./editor.js";
import { preparePicker } from "./emoji.js";
import { Suggestions } from "./suggest.js";
import { Toolbar } from "./toolbar.js";
import { toast } from "./toasts.js";
import { typing } from "./presence.js";
import { upload } from "./upload.js";

const WIDEST = 560;

class DeskComposer extends HTMLElement {
  connectedCallback() {
    this.leaving = new AbortController();
    this.drafts ??= new Drafts(this);
    this.enriching ??= new Set();
    this.rich = new Map(); // form → its editor, toolbar and suggestions, once somebody writes in it
    const on = (event, handler) => this.addEventListener(event, handler, { signal: this.leaving.signal });
    on("input", (event) => this.changed(event));
    on("change", (event) => this.chosen(event));
    on("click", (event) => this.pressed(event));
    on("focusin", (event) => { if (event.target.matches("form[data-kind] textarea[name=text]")) this.enrich(event.target.form); });
    on("keydown", (event) => this.key(event));
    this.addEventListener("keydown", (event) => this.enter(event), { signal: this.leaving.signal, capture: true }); // before the editor breaks the line
    this.addEventListener("submit", (event) => this.sending(event), { signal: this.leaving.signal, capture: true }); // before htmx reads the form
    on("paste", (event) => this.pasted(event));
    on("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) { event.preventDefault(); this.classList.add("dropping"); } });
    on("dragleave", () => this.classList.remove("dropping"));
    on("drop", (event) => this.dropped(event));
    this.addEventListener("toggle", (event) => this.opened(event), { signal: this.leaving.signal, capture: true });
    addEventListener("pagehide", () => this.flush(), { signal: this.leaving.signal });
    for (const form of this.forms) {
      this.restore(form);
      const { text } = form.elements;
      if (text.dataset.html || text === document.activeElement) this.enrich(form);
    }
    const picker = this.querySelector("details.emoji");
    if (picker) preparePicker(picker, this.dataset.emoji, (sign) => this.put(sign));
  }

  disconnectedCallback() {
    this.flush();
    this.leaving.abort();
    for (const { editor } of this.rich.values()) editor.destroy();
    this.rich.clear();
  }

  get forms() { return this.querySelectorAll("form[data-kind]"); }
  get form() { return this.querySelector("[role=tabpanel]:not([hidden]) form"); }
  get reply() { return this.querySelector("form[data-kind=reply]"); }
  get field() { return this.form.elements.text; }
  /** The editor of the tab that is shown; undefined while its text is plain. */
  get editor() { return this.editorOf(this.form); }
  editorOf(form) { return this.rich.get(form)?.editor; }
  get isWriting() {
    return [...this.forms].some((form) => this.editorOf(form) ? !this.editorOf(form).isEmpty : form.elements.text.value.trim() !== "");
  }

  /** Everything up to this message has been seen before a word was written. */
  see(number) {
    const seen = this.querySelector("input[name=seen]");
    if (seen && number) seen.value = number;
  }

  focusField() {
    if (this.editor) this.editor.focus();
    else this.field.focus();
  }

  // the text with formatting

  /** Begin formatting: the library is fetched the first time; what is typed meanwhile is taken along. */
  async enrich(form) {
    if (this.enriching.has(form)) return;
    this.enriching.add(form);
    const library = await fetchLibrary(this.dataset.editor).catch(() => null);
    if (!library) this.enriching.delete(form);
    if (!library || !this.isConnected) return;
    const { kind } = form.dataset;
    const of = {};
    of.editor = new Editor(library, form.elements.text, this.pictures(form), {
      changed: () => { typing(kind); of.suggestions.look(); of.toolbar?.reflect(); },
      moved: () => of.toolbar?.reflect(),
      synced: () => this.drafts.changed(form),
      keys: (event) => of.suggestions.key(event),
      files: (files, inside) => this.add(files, inside),
      refused: (why) => toast(why === "plain" ? this.dataset.plain : this.dataset.tooLong),
    });
    this.rich.set(form, of);
    of.suggestions = new Suggestions(this, of.editor, kind);
    of.toolbar = new Toolbar(form.querySelector(".tools"), of.editor);
  }

  /** Pictures of a draft: content id → { cid, url, name }. */
  pictures(form) {
    const listed = [...form.querySelectorAll("[data-list] li[data-cid]")];
    return new Map(listed.map(({ dataset: { cid, url, name } }) => [cid, { cid, url, name }]));
  }

  // tabs

  pressed(event) {
    const tab = event.target.closest("[role=tab]");
    if (tab) { event.preventDefault(); this.show(tab); this.focusField(); }
    if (event.target.closest("[data-macro]")) { event.preventDefault(); this.chooseMacro(); }
    if (event.target.closest("button[data-articles]")) { event.preventDefault(); this.chooseArticle(); }
    if (event.target.closest("[data-theirs]")) this.drafts.forget(this.reply);
    const remove = event.target.closest("[data-remove]");
    if (remove) { event.preventDefault(); this.removeFile(remove); }
  }

  show(tab) {
    for (const each of this.querySelectorAll("[role=tab]")) {
      const isChosen = each === tab;
      each.setAttribute("aria-selected", String(isChosen));
      document.getElementById(each.getAttribute("aria-controls")).hidden = !isChosen;
    }
    const kind = this.form.dataset.kind;
    this.classList.toggle("note", kind === "note");
    this.classList.toggle("reply", kind === "reply");
  }

  key(event) {
    const inRich = Boolean(event.target.closest?.(".rich"));
    const inText = event.target === this.field || inRich;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      this.send(event.shiftKey ? "resolved" : event.altKey ? "next" : "");
    } else if (event.key === "Enter" && event.target.matches("input[name=to], input[name=cc], input[name=bcc]")) {
      event.preventDefault();
      this.focusField();
    } else if (event.key.toLowerCase() === "u" && event.shiftKey && (event.ctrlKey || event.metaKey) && this.editor) {
      event.preventDefault();
      this.rich.get(this.form).toolbar.use("link");
    } else if (event.key === "Escape" && inText && (inRich || !event.defaultPrevented)) { // the editor itself prevents it always
      this.closest("main").focus();
    } else if (event.key === "/" && event.target === this.field && this.form.dataset.kind === "reply" && this.isAtLineStart) {
      event.preventDefault();
      this.chooseMacro();
    } else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && event.target.matches("[role=tab]")) {
      const other = this.querySelector("[role=tab][aria-selected=false]");
      this.show(other);
      other.focus();
    }
  }

  /** In a chat Enter sends, for those who want it so; a suggestion that is open takes it first. */
  enter(event) {
    const isPlain = event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    if (!isPlain || this.dataset.enter !== "sends" || this.form !== this.reply || this.rich.get(this.form)?.suggestions.isOpen) return;
    if (!event.target.matches("textarea, .rich *, .rich")) return;
    event.preventDefault();
    event.stopPropagation();
    this.send("");
  }

  /** Send as usual, or with what is to follow. */
  send(then) {
    const button = then && this.form === this.reply ? this.form.querySelector(`.item[data-then=${then}]`) : this.form.querySelector(".send");
    this.form.requestSubmit(button);
  }

  get isAtLineStart() {
    const { value, selectionStart } = this.field;
    return selectionStart === 0 || value[selectionStart - 1] === "\n";
  }

  /** A way to send that the palette opened: its menu opens with it. */
  opened(event) {
    const menu = event.target.matches("details.more") && event.target.open ? event.target.closest("details.menu") : null;
    if (!menu || menu.open) return;
    menu.open = true;
    event.target.querySelector(".item")?.focus();
  }

  // the draft

  changed(event) {
    const { target } = event;
    if (!target.form?.dataset.kind || target.type === "file" || target.closest(".tools, .emoji")) return;
    typing(target.form.dataset.kind);
    this.drafts.changed(target.form);
  }

  chosen(event) {
    if (event.target.type === "file") this.picked(event.target);
    if (event.target.name === "language") this.speak(event.target.value);
  }

  /** Another language: the spelling, the signature, the words around a quote, the macros. */
  async speak(language) {
    this.macros = null;
    this.reply.elements.text.lang = language;
    this.editorOf(this.reply)?.speak(language);
    const response = await ask(`${this.dataset.going}&language=${encodeURIComponent(language)}`).catch(() => null);
    if (!response?.ok) return;
    const place = this.querySelector("[data-going-along]");
    const quotes = place.querySelector("[name=quotes]")?.checked;
    place.outerHTML = await response.text();
    const box = this.querySelector("[data-going-along] [name=quotes]");
    if (box && quotes !== undefined) box.checked = quotes;
  }

  restore(form) {
    const kept = this.drafts.kept(form);
    if (!kept) return;
    const field = form.elements.text;
    if (kept.format === "html") field.dataset.html = kept.text;
    else { field.value = kept.text; delete field.dataset.html; }
    this.drafts.due(form, 700);
  }

  flush() {
    for (const [form, { editor }] of this.rich) if (editor.timer) { editor.sync(); this.drafts.changed(form); }
    return this.drafts.flush();
  }

  sending(event) {
    const form = event.target;
    if (!form.dataset.kind) return;
    this.editorOf(form)?.sync();
    this.drafts.stop(form);
    this.drafts.forget(form);
    document.activeElement?.blur(); // afterwards keys are commands again, see places.js
  }

  // files

  async add(files, inside = false) {
    const form = this.form;
    const place = form.querySelector(".uploads");
    for (const file of files) {
      if (file.size > Number(this.dataset.mostBytes)) { this.refuse(file, this.dataset.limit); continue; }
      const isPicture = inside && file.type.startsWith("image/");
      const draft = form.elements.draft?.value;
      const before = new Set([...form.querySelectorAll("[data-list] li")].map((item) => item.dataset.url));
      const outcome = await upload(this.dataset.files, named(file, isPicture), { kind: form.dataset.kind, draft, inside: isPicture }, place, this.dataset.cancel);
      if (outcome.html) this.listed(form, outcome.html);
      else if (!outcome.stopped) this.refuse(file, outcome.problem || document.body.dataset.failed);
      const made = [...form.querySelectorAll("[data-list] li[data-cid]")].find((item) => !before.has(item.dataset.url));
      if (made && isPicture) await this.showPicture(made.dataset);
    }
  }

  refuse(file, reason) { toast(fill(this.dataset.tooBig, { name: file.name, reason })); }

  /** A picture that was added stands where the cursor is. */
  async showPicture({ cid, url, name }) {
    if (!this.editor) { this.insert(`![${name}]`, false); return; }
    const width = await new Promise((resolve) => {
      const picture = new Image();
      picture.onload = () => resolve(Math.min(picture.naturalWidth, WIDEST));
      picture.onerror = () => resolve(null);
      picture.src = url;
    });
    this.editor?.insertPicture({ cid, url, name, width });
  }

  listed(form, html) {
    form.querySelector("[data-list]").outerHTML = html;
  }

  async picked(field) {
    const files = [...field.files];
    field.value = "";
    await this.add(files);
  }

  dropped(event) {
    this.classList.remove("dropping");
    if (event.defaultPrevented || !event.dataTransfer.files.length) return;
    event.preventDefault();
    this.add([...event.dataTransfer.files]);
  }

  /** A pasted picture stands where the cursor is; other files are attached. The editor sees to its own. */
  async pasted(event) {
    const files = [...event.clipboardData.files];
    if (event.defaultPrevented || !files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    await this.add(files, true);
  }

  async removeFile(button) {
    const form = button.form;
    const { name, cid } = button.closest("li").dataset;
    const response = await ask(button.dataset.remove, { method: "POST" }).catch(() => null);
    if (!response?.ok) { toast(document.body.dataset.failed); return; }
    this.listed(form, await response.text());
    if (cid && this.editorOf(form)) {
      this.editorOf(form).removePicture(cid);
    } else if (cid) {
      form.elements.text.value = form.elements.text.value.replace(`![${name}]`, "");
      this.drafts.changed(form);
    }
    form.querySelector(".file-pick input").focus();
  }

  // macros

  /** The macros as the dialog shows them, fetched once for each language. */
  fetchMacros() {
    const language = this.reply.elements.language?.value ?? "";
    this.macros ??= ask(`${this.dataset.macros}&language=${encodeURIComponent(language)}`).then((response) => response.text());
    return this.macros.catch(() => { this.macros = null; return ""; });
  }

  async chooseMacro() {
    if (this.form.dataset.kind !== "reply") return;
    const language = this.reply.elements.language?.value ?? "";
    const dialog = await openDialog(`${this.dataset.macros}&language=${encodeURIComponent(language)}`);
    dialog?.querySelector("form[data-macros]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      closeDialog();
      if (event.submitter?.dataset.text !== undefined) this.insertMacro(event.submitter);
    });
  }

  macroHtml(button) { return button.dataset.html || fromText(button.dataset.text); }

  insertMacro(button) {
    if (this.form !== this.reply) this.show(document.getElementById("tab-reply"));
    if (this.editor) this.editor.insertHtml(this.macroHtml(button));
    else this.insert(button.dataset.text);
    this.usedMacro(button.value);
  }

  usedMacro(number) {
    ask(this.dataset.used.replace("/0/", `/${number}/`), { method: "POST" }).catch(() => { /* the order of the list, no more */ });
  }

  /** An article as a link, or its words, in the language of the answer. */
  async chooseArticle() {
    if (this.form !== this.reply) this.show(document.getElementById("tab-reply"));
    const language = this.reply.elements.language?.value ?? "";
    const dialog = await openDialog(`${this.dataset.articles}&language=${encodeURIComponent(language)}`);
    dialog?.querySelector("form[data-articles]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      const { address, title, line, text, html } = event.submitter?.dataset ?? {};
      if (!address && text === undefined) return;
      closeDialog();
      if (this.editor) this.editor.insertHtml(address ? link(title, address) : html || fromText(text));
      else this.insert(line ?? text);
    });
  }

  put(text) {
    if (this.editor) this.editor.insertHtml(text);
    else this.insert(text, false);
  }

  /** Put plain text where the cursor is, on lines of its own, so that it can be taken back by Ctrl Z. */
  insert(text, ownLines = true) {
    if (this.editor) { this.editor.insertText(text); return; }
    const { field } = this;
    field.focus();
    const before = field.value.slice(0, field.selectionStart);
    const lead = ownLines && before && !before.endsWith("\n") ? "\n" : "";
    if (!document.execCommand("insertText", false, lead + text)) field.setRangeText(lead + text, field.selectionStart, field.selectionEnd, "end");
    this.drafts.changed(field.form);
  }
}

/** A link to an article as the editor takes it. */
function link(title, address) {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = title;
  return made.outerHTML;
}

/** A pasted picture has no name of its own worth keeping. */
function named(file, isPicture) {
  if (!isPicture || !/^image\.\w+$/.test(file.name)) return file;
  const suffix = file.type.split("/")[1]?.replace("jpeg", "jpg") ?? "bin";
  return new File([file], `picture-${Date.now().toString(36)}.${suffix}`, { type: file.type });
}
customElements.define("desk-composer", DeskComposer);

// What was typed is saved before anything is done with the conversation: who resolves it is told that it is kept.
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const composer = document.querySelector("desk-composer");
  if (!composer || ctx.request.method === "GET" || composer.contains(ctx.sourceElement)) return;
  const go = ctx.fetch;
  ctx.fetch = async (...asked) => { await composer.flush(); return go(...asked); };
});
