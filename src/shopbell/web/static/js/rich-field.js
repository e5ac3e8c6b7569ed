// A field of a form whose text may be formatted: the editor comes when somebody goes into it.
import { Editor, fetchLibrary } from "./editor.js";
import { Toolbar } from "./toolbar.js";
import { toast } from "./toasts.js";

class RichField extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("textarea");
    field.addEventListener("focus", () => this.start(field), { once: true });
    if (field.dataset.html || field === document.activeElement) this.start(field);
  }

  disconnectedCallback() { this.editor?.destroy(); }

  async start(field) {
    if (this.starting) return;
    this.starting = true;
    const library = await fetchLibrary(this.dataset.editor).catch(() => null);
    if (!library || !this.isConnected) return;
    const nothing = () => undefined;
    this.editor = new Editor(library, field, new Map(), {
      changed: nothing, synced: nothing, keys: (event) => this.key(event), moved: () => this.toolbar?.reflect(),
      files: nothing, refused: (why) => toast(this.dataset[why]),
    });
    this.toolbar = new Toolbar(this.querySelector(".tools"), this.editor);
    field.form.addEventListener("submit", () => this.editor.sync());
  }

  key(event) {
    if (event.key.toLowerCase() !== "u" || !event.shiftKey || !(event.ctrlKey || event.metaKey)) return false;
    event.preventDefault();
    this.toolbar.use("link");
    return true;
  }
}
customElements.define("rich-field", RichField);
