// A draft that is never lost: in this browser until the server has it, and never over a colleague's words.
import { ask, fill } from "./http.js";
import { toast } from "./toasts.js";

const PAUSE_MS = 700;
const AGAIN_MS = 5_000;
const FRESH_MS = 15_000;
const typed = new Map(); // place of a draft → what was typed last in this tab, and when: newer than a page fetched meanwhile

export class Drafts {
  constructor(composer) {
    this.composer = composer;
    this.timers = new Map();
    this.saving = new Map(); // form → the request under way: the next one waits for it
  }

  place(form) { return `shopbell:draft:${form.action.split("?")[0]}:${form.elements.draft?.value ?? ""}`; }
  now(form) { return { text: form.elements.text.value, format: form.elements.format?.value ?? "" }; }

  changed(form) {
    this.remember(form);
    this.due(form, PAUSE_MS);
  }

  due(form, wait) {
    clearTimeout(this.timers.get(form));
    this.timers.set(form, setTimeout(() => this.save(form), wait));
  }

  stop(form) {
    clearTimeout(this.timers.get(form));
    this.timers.delete(form);
  }

  /** In this browser until the server has it. */
  remember(form) {
    typed.set(this.place(form), { ...this.now(form), at: Date.now() });
    try { localStorage.setItem(this.place(form), JSON.stringify(this.now(form))); } catch { /* no storage */ }
  }

  forget(form, text = null) {
    try {
      const kept = JSON.parse(localStorage.getItem(this.place(form)) ?? "null");
      if (text === null || kept?.text === text) localStorage.removeItem(this.place(form));
    } catch { /* no storage */ }
    if (text === null) typed.delete(this.place(form));
  }

  /** What was typed and may not have reached the server; null when the page has it. */
  kept(form) {
    const known = typed.get(this.place(form));
    let kept = known && Date.now() - known.at < FRESH_MS ? known : null;
    try { kept = JSON.parse(localStorage.getItem(this.place(form)) ?? "null") ?? kept; } catch { /* no storage, or an older entry */ }
    const shown = form.elements.text.dataset.html || form.elements.text.value;
    return kept?.text && kept.text !== shown && !shown.includes(kept.text) ? kept : null;
  }

  async save(form, keepalive = false) {
    this.stop(form);
    if (form.querySelector("[data-conflict]")) return;
    if (!keepalive) await this.saving.get(form);
    const sent = this.send(form, keepalive);
    this.saving.set(form, sent);
    await sent;
  }

  async send(form, keepalive) {
    const { text } = this.now(form);
    const body = new FormData(form);
    body.delete("files");
    try {
      const response = await ask(this.composer.dataset.draft, { method: "POST", body, keepalive: keepalive && text.length < 50_000 });
      if (response.status === 409) { this.conflict(form, await response.json()); return; }
      if (response.status === 410) { this.gone(form); return; }
      if (response.status === 422) { this.say(form, await response.text()); return; }
      if (!response.ok) throw new Error(String(response.status));
      if (form.elements.version) form.elements.version.value = response.headers.get("X-Draft-Version") ?? form.elements.version.value;
      this.forget(form, text);
      this.say(form, this.composer.dataset.saved);
    } catch {
      this.say(form, this.composer.dataset.unsaved);
      if (this.composer.isConnected) this.due(form, AGAIN_MS);
    }
  }

  /** A colleague changed the shared draft: the writer chooses whose words stand. */
  conflict(form, { by, text, draft }) {
    const asked = document.getElementById("draft-conflict").content.cloneNode(true).firstElementChild;
    asked.querySelector("b").textContent = fill(asked.querySelector("b").textContent, { name: by });
    asked.querySelector(".prose").textContent = text;
    const theirs = new URL(this.composer.closest("main").dataset.url, location.href);
    theirs.searchParams.set("draft", draft);
    theirs.searchParams.set("write", "reply");
    asked.querySelector("[data-theirs]").href = theirs.pathname + theirs.search;
    asked.querySelector("[data-theirs]").addEventListener("click", () => this.forget(form));
    asked.querySelector("[data-mine]").addEventListener("click", () => {
      asked.remove();
      form.elements.version.value = "";
      this.save(form);
      this.composer.focusField();
    });
    form.prepend(asked);
    window.htmx.process(asked);
    asked.querySelector("[data-mine]").focus();
  }

  gone(form) {
    this.forget(form);
    form.elements.draft.value = "";
    form.elements.version.value = "0";
    toast(this.composer.dataset.gone);
    this.changed(form);
  }

  /** Save at once what is due; resolves when the server has it. */
  flush() {
    for (const form of this.timers.keys()) this.save(form, true);
    return Promise.all(this.saving.values());
  }

  say(form, text) {
    form.querySelector(".status").textContent = text;
  }
}
