// The composer: tabs, a draft that is never lost, files, macros. What it sends, the forms send without it too.
import { ask, fill } from "./http.js";
import { closeDialog, openDialog } from "./dialogs.js";
import { toast } from "./toasts.js";
import { typing } from "./presence.js";
import { upload } from "./upload.js";

const PAUSE_MS = 700;
const FRESH_MS = 15_000;
const typed = new Map(); // place of a draft → what was typed last in this tab, and when: newer than a page fetched meanwhile
const store = (form) => `shopbell:draft:${form.action.split("?")[0]}`;

class DeskComposer extends HTMLElement {
  connectedCallback() {
    this.leaving = new AbortController();
    this.timers = new Map();
    const on = (event, handler) => this.addEventListener(event, handler, { signal: this.leaving.signal });
    on("input", (event) => this.changed(event));
    on("change", (event) => { if (event.target.type === "file") this.picked(event.target); });
    on("click", (event) => this.pressed(event));
    on("keydown", (event) => this.key(event));
    on("submit", (event) => this.sending(event));
    on("paste", (event) => this.pasted(event));
    on("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) { event.preventDefault(); this.classList.add("dropping"); } });
    on("dragleave", () => this.classList.remove("dropping"));
    on("drop", (event) => this.dropped(event));
    addEventListener("pagehide", () => this.flush(), { signal: this.leaving.signal });
    for (const form of this.forms) this.restore(form);
  }

  disconnectedCallback() {
    this.flush();
    this.leaving.abort();
  }

  get forms() { return this.querySelectorAll("form[data-kind]"); }
  get form() { return this.querySelector("[role=tabpanel]:not([hidden]) form"); }
  get field() { return this.form.elements.text; }
  get isWriting() { return [...this.forms].some((form) => form.elements.text.value.trim() !== ""); }

  /** Everything up to this message has been seen before a word was written. */
  see(number) {
    const seen = this.querySelector("input[name=seen]");
    if (seen && number) seen.value = number;
  }

  // tabs

  pressed(event) {
    const tab = event.target.closest("[role=tab]");
    if (tab) { event.preventDefault(); this.show(tab); this.field.focus(); }
    if (event.target.closest("[data-macro]")) { event.preventDefault(); this.chooseMacro(); }
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
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.form.requestSubmit(this.form.querySelector(".send"));
    } else if (event.key === "Enter" && event.target.matches("input[name=to], input[name=cc], input[name=bcc]")) {
      event.preventDefault();
      this.field.focus();
    } else if (event.key === "Escape" && event.target === this.field) {
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

  get isAtLineStart() {
    const { value, selectionStart } = this.field;
    return selectionStart === 0 || value[selectionStart - 1] === "\n";
  }

  // the draft

  changed(event) {
    const form = event.target.form;
    if (!form?.dataset.kind || event.target.type === "file") return;
    typing();
    this.remember(form);
    clearTimeout(this.timers.get(form));
    this.timers.set(form, setTimeout(() => this.save(form), PAUSE_MS));
  }

  /** In this browser until the server has it. */
  remember(form) {
    typed.set(store(form), { text: form.elements.text.value, at: Date.now() });
    try { localStorage.setItem(store(form), form.elements.text.value); } catch { /* no storage */ }
  }

  forget(form, text) {
    try { if (localStorage.getItem(store(form)) === text) localStorage.removeItem(store(form)); } catch { /* no storage */ }
  }

  restore(form) {
    const known = typed.get(store(form));
    let kept = known && Date.now() - known.at < FRESH_MS ? known.text : null;
    try { kept = localStorage.getItem(store(form)) ?? kept; } catch { /* no storage */ }
    if (kept && kept !== form.elements.text.value && !form.elements.text.value.includes(kept)) {
      form.elements.text.value = kept;
      this.timers.set(form, setTimeout(() => this.save(form), PAUSE_MS));
    }
  }

  async save(form, keepalive = false) {
    clearTimeout(this.timers.get(form));
    this.timers.delete(form);
    const text = form.elements.text.value;
    const body = new FormData(form);
    body.delete("files");
    try {
      const response = await ask(this.dataset.draft, { method: "POST", body, keepalive });
      if (!response.ok) throw new Error(String(response.status));
      this.forget(form, text);
      this.say(form, this.dataset.saved);
    } catch {
      this.say(form, this.dataset.unsaved);
      if (this.isConnected) this.timers.set(form, setTimeout(() => this.save(form), 5_000));
    }
  }

  flush() {
    for (const form of this.timers.keys()) this.save(form, true);
  }

  say(form, text) {
    form.querySelector(".status").textContent = text;
  }

  sending(event) {
    const form = event.target;
    clearTimeout(this.timers.get(form));
    this.timers.delete(form);
    this.forget(form, form.elements.text.value);
    typed.delete(store(form));
    document.activeElement?.blur(); // afterwards keys are commands again, see places.js
  }

  // files

  async add(files, inside = false) {
    const form = this.form;
    for (const file of files) {
      const outcome = await upload(this.dataset.files, file, { kind: form.dataset.kind, inside }, form.querySelector(".status"));
      if (outcome.html) this.listed(form, outcome.html);
      else toast(fill(this.dataset.tooBig, { name: file.name, reason: outcome.problem || document.body.dataset.failed }));
    }
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
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.add([...event.dataTransfer.files]);
  }

  /** A pasted picture stands where the cursor is; other files are attached. */
  async pasted(event) {
    const files = [...event.clipboardData.files];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    for (const [index, file] of files.entries()) {
      const isPicture = file.type.startsWith("image/");
      const suffix = file.type.split("/")[1]?.replace("jpeg", "jpg") ?? "bin";
      const name = isPicture ? `picture-${Date.now().toString(36)}${index || ""}.${suffix}` : file.name;
      await this.add([new File([file], name, { type: file.type })], isPicture);
      if (isPicture) this.insert(`![${name}]`, false);
    }
  }

  async removeFile(button) {
    const form = button.form;
    const name = button.closest("[data-inside]")?.dataset.name;
    const response = await ask(button.dataset.remove, { method: "POST" }).catch(() => null);
    if (!response?.ok) { toast(document.body.dataset.failed); return; }
    this.listed(form, await response.text());
    if (name) {
      form.elements.text.value = form.elements.text.value.replace(`![${name}]`, "");
      this.changed({ target: form.elements.text });
    }
    form.querySelector(".file-pick input").focus();
  }

  // macros

  async chooseMacro() {
    if (this.form.dataset.kind !== "reply") return;
    const place = this.field;
    const dialog = await openDialog(this.dataset.macros);
    dialog?.querySelector("form[data-macros]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      closeDialog();
      if (event.submitter?.dataset.text !== undefined) this.insert(event.submitter.dataset.text, true, place);
    });
  }

  /** Put text where the cursor is, on lines of its own, so that it can be taken back by Ctrl Z. */
  insert(text, ownLines = true, field = null) {
    if (!field) {
      if (this.form.dataset.kind !== "reply" && ownLines) this.show(document.getElementById("tab-reply"));
      field = this.field;
    }
    field.focus();
    const before = field.value.slice(0, field.selectionStart);
    const lead = ownLines && before && !before.endsWith("\n") ? "\n" : "";
    if (!document.execCommand("insertText", false, lead + text)) field.setRangeText(lead + text, field.selectionStart, field.selectionEnd, "end");
    this.changed({ target: field });
  }
}
customElements.define("desk-composer", DeskComposer);
