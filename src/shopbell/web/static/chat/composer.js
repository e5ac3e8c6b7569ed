// Where the visitor writes: text, files by button, paste and drop, Enter.
import { el, fill, icon } from "./dom.js";

const LINE_PX = 148;
const MOST_FILES = 5;

export class Composer {
  #words; #visit; #config; #text; #uploads = []; #list; #send; #left; #picker;

  constructor({ visit, config, words, times, send }) {
    Object.assign(this, { times, onsend: send });
    this.#words = words;
    this.#visit = visit;
    this.#config = config;
    this.#text = el("textarea", {
      rows: 1, dir: "auto", placeholder: words.placeholder, "aria-label": words.placeholder, enterkeyhint: "send",
      oninput: () => this.#changed(), onkeydown: (event) => this.#key(event), onpaste: (event) => this.#paste(event),
    });
    this.#picker = el("input", { type: "file", multiple: true, hidden: true, tabindex: -1, "aria-hidden": "true", onchange: () => this.#picked() });
    this.#list = el("div", { class: "uploads" });
    this.#left = el("p", { class: "left", role: "status", hidden: true });
    this.#send = el("button", { class: "round send", type: "submit", "aria-label": words.send, disabled: true }, icon("send"));
    this.element = el("form", { class: "composer", novalidate: true, onsubmit: (event) => { event.preventDefault(); this.#submit(); } },
      this.#list,
      el("button", { class: "round", type: "button", "aria-label": words.attach, onclick: () => this.#picker.click() }, icon("clip")),
      this.#text, this.#send, this.#picker, this.#left);
  }

  get text() { return this.#text.value; }

  set text(value) {
    this.#text.value = value;
    this.#changed();
  }

  focus() { this.#text.focus(); }

  #changed() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight, LINE_PX)}px`;
    const over = [...this.text].length - this.#config.max_text;
    this.#left.hidden = over <= 0;
    this.#left.textContent = over > 0 ? fill(over === 1 ? this.#words.too_long_one : this.#words.too_long, { n: over }) : "";
    const isBusy = this.#uploads.some((each) => !each.done);
    this.#send.disabled = over > 0 || isBusy || !(this.text.trim() || this.#uploads.length);
    if (this.text) this.#visit.isTyping();
    this.oninput?.(this.text);
  }

  #key(event) {
    const isTouch = matchMedia("(pointer: coarse)").matches;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || (isTouch && !event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    if (this.#send.disabled) return;
    const files = this.#uploads.map((each) => each.done);
    if (this.onsend(this.text.trim(), files) === false) return;
    this.#uploads = [];
    this.#list.replaceChildren();
    this.text = "";
    this.focus();
  }

  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.add(files);
  }

  #picked() {
    this.add([...this.#picker.files]);
    this.#picker.value = "";
    this.focus();
  }

  /** Take files: each goes up at once, with a bar, and leaves with the next message. */
  add(files) {
    for (const file of files.slice(0, MOST_FILES - this.#uploads.length)) this.#add(file);
  }

  #add(file) {
    const name = file.name || "image.png";
    const stop = new AbortController();
    const upload = { done: null, stop };
    const bar = el("progress", { max: 1, value: 0, "aria-label": name });
    const away = el("button", { class: "round", type: "button", "aria-label": `${this.#words.remove}: ${name}`, onclick: () => this.#remove(upload) }, icon("close"));
    upload.row = el("div", { class: "upload" }, icon("file"), el("b", {}, name), away, bar);
    this.#uploads.push(upload);
    this.#list.append(upload.row);
    if (file.size > this.#config.max_file_bytes) {
      this.#fail(upload, fill(this.#words.too_large, { size: this.times.size(this.#config.max_file_bytes) }));
    } else {
      this.#visit.attach(file, (share) => { bar.value = share; }, stop.signal).then(
        (done) => { upload.done = done; bar.remove(); this.#changed(); },
        (error) => this.#fail(upload, error.title || this.#words.not_sent, error.isPassing && file),
      );
    }
    this.#changed();
  }

  #fail(upload, reason, file) {
    if (!this.#uploads.includes(upload)) return;
    const again = file && el("button", { class: "link", type: "button", onclick: () => { this.#remove(upload); this.#add(file); } }, this.#words.again);
    upload.row.querySelector("progress").replaceWith(el("p", { class: "error", role: "alert" }, reason, " ", again));
  }

  #remove(upload) {
    upload.stop.abort();
    if (upload.done) this.#visit.detach(upload.done.id);
    this.#uploads = this.#uploads.filter((each) => each !== upload);
    upload.row.remove();
    this.#changed();
    this.focus();
  }
}
