// What the server suggests while one types, in the search box and in the palette.
import { ask, parse } from "./http.js";

const PAUSE_MS = 140;

/** Asks `url` for what is typed, after a pause; a question that is not answered yet is dropped for the next one. */
export class Suggesting {
  constructor(url, show) {
    this.url = url;
    this.show = show;
  }
  typed(text) {
    this.stop();
    this.timer = setTimeout(() => this.fetch(text), text.trim() ? PAUSE_MS : 0);
  }
  stop() {
    clearTimeout(this.timer);
    this.asked?.abort();
  }
  async fetch(text) {
    this.asked = new AbortController();
    const { signal } = this.asked;
    try {
      const response = await ask(`${this.url}?q=${encodeURIComponent(text)}`, { signal });
      if (response.ok) this.show(parse(await response.text()));
    } catch {
      // dropped for a newer one, or nobody answered: what stands there stays
    }
  }
}

/** Move the mark among options; returns the one that is marked now (null: none). */
export function mark(input, list, index) {
  const options = [...list.querySelectorAll('[role="option"]')];
  const chosen = options.length && index !== null ? options[(index + options.length) % options.length] : null;
  options.forEach((option, number) => {
    option.id ||= `${list.id}-${number}`;
    option.setAttribute("aria-selected", String(option === chosen));
  });
  if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
  else input.removeAttribute("aria-activedescendant");
  chosen?.scrollIntoView({ block: "nearest" });
  return chosen;
}

/** The search box: a plain form with a field, and below it what is suggested. */
class DeskSearch extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.list = this.querySelector("ul");
    this.at = null;
    this.suggesting = new Suggesting(this.dataset.url, (found) => this.offer(found));
    for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": this.list.id, "aria-expanded": "false", "aria-autocomplete": "list" })) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.suggesting.typed(this.input.value));
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.input.form.addEventListener("submit", () => this.suggesting.stop());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest('[role="option"]')));
  }
  offer(found) {
    if (document.activeElement !== this.input) return;
    this.list.replaceChildren(found);
    this.at = null;
    this.list.hidden = !this.list.children.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    mark(this.input, this.list, null);
  }
  close() {
    this.suggesting.stop();
    this.list.hidden = true;
    this.at = null;
    this.input.setAttribute("aria-expanded", "false");
    mark(this.input, this.list, null);
  }
  pressed(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && this.list.hidden) this.suggesting.typed(this.input.value);
    else if (by) {
      this.at = this.at === null ? (by > 0 ? 0 : -1) : this.at + by;
      mark(this.input, this.list, this.at);
    }
    const chosen = this.list.querySelector('[aria-selected="true"]');
    if (event.key === "Enter" && chosen) this.take(chosen);
    else if (event.key === "Tab" && chosen?.dataset.complete) this.take(chosen);
    else if (event.key === "Escape" && !this.list.hidden) this.close();
    else if (!by) return;
    event.preventDefault();
  }
  take(option) {
    if (!option) return;
    if (option.dataset.href) location.assign(option.dataset.href);
    else {
      this.input.value = option.dataset.complete;
      this.input.focus();
      this.suggesting.typed(this.input.value);
    }
  }
}
customElements.define("desk-search", DeskSearch);
