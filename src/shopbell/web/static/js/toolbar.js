// The buttons for formatting above an editor.

export class Toolbar {
  constructor(tools, editor) {
    this.tools = tools;
    this.editor = editor;
    this.field = tools.querySelector(".link-field");
    this.input = this.field.querySelector("input");
    tools.hidden = false;
    tools.addEventListener("click", (event) => { const button = event.target.closest("[data-tool]"); if (button) this.use(button.dataset.tool); });
    tools.addEventListener("keydown", (event) => this.key(event));
    this.reflect();
  }

  /** The buttons show what holds at the cursor. */
  reflect() {
    for (const button of this.tools.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", String(this.editor.is(button.dataset.tool)));
  }

  use(tool) {
    if (tool === "link") this.askLink();
    else if (tool === "link-done") this.setLink();
    else this.editor.use(tool);
    this.reflect();
  }

  askLink() {
    this.field.hidden = !this.field.hidden;
    this.input.value = this.editor.link;
    this.input.setCustomValidity("");
    if (this.field.hidden) this.editor.focus();
    else this.input.focus();
  }

  setLink() {
    const href = address(this.input.value.trim());
    this.input.setCustomValidity(href === null ? this.input.dataset.wrong : "");
    if (href === null) { this.input.reportValidity(); return; }
    this.field.hidden = true;
    this.editor.setLink(href);
  }

  key(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.target === this.input && (event.key === "Enter" || event.key === "Escape")) {
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Enter") this.setLink();
      else this.askLink();
    } else if (by && event.target.matches("[data-tool]")) {
      this.rove(event.target, by);
    }
  }

  /** One stop in the toolbar for the Tab key; arrows go through it. */
  rove(from, by) {
    const buttons = [...this.tools.querySelectorAll(":scope > button")];
    const target = buttons[(buttons.indexOf(from) + by + buttons.length) % buttons.length];
    for (const button of buttons) button.tabIndex = button === target ? 0 : -1;
    target.focus();
  }
}

/** What somebody typed as the address of a link: "" for none, null for what is no address. */
function address(typed) {
  if (!typed || /^(https?:\/\/|mailto:|tel:)\S+$/i.test(typed)) return typed;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(typed)) return `mailto:${typed}`;
  return /^[\w-]+(\.[\w-]+)+(\/\S*)?$/.test(typed) ? `https://${typed}` : null;
}
