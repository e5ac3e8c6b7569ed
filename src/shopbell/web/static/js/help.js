// The help centre, quicker: results while typing, and a verdict without a new page. All of it works without.
const PAUSE = 140; // milliseconds between the last key and the question
const LEAST = 2;

const words = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** A combobox: the arrow keys go through the articles, Enter opens one or searches, Escape closes. */
class HelpSearch extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.list = document.createElement("div");
    this.list.className = "offers";
    this.list.id = "offers";
    this.list.hidden = true;
    this.options = document.createElement("div");
    this.options.setAttribute("role", "listbox");
    this.options.id = "offered-articles";
    this.options.setAttribute("aria-label", this.querySelector("label").textContent);
    this.said = document.createElement("p");
    this.said.setAttribute("role", "status");
    this.list.append(this.options, this.said);
    this.append(this.list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "offered-articles" })) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.soon());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => { if (this.options.children.length) this.open(); });
    this.addEventListener("focusout", (event) => { if (!this.contains(event.relatedTarget)) this.close(); });
    this.options.addEventListener("pointerdown", (event) => event.preventDefault());
    this.options.addEventListener("click", (event) => this.go(event.target.closest("[role=option]")));
  }

  soon() {
    clearTimeout(this.timer);
    this.asking?.abort();
    const typed = this.input.value.trim();
    if (typed.length < LEAST) { this.options.replaceChildren(); this.close(); return; }
    this.timer = setTimeout(() => this.ask(typed), PAUSE);
  }

  async ask(typed) {
    this.asking = new AbortController();
    try {
      const answer = await fetch(`${this.getAttribute("suggest")}?q=${encodeURIComponent(typed)}`, { signal: this.asking.signal });
      if (answer.ok) this.show((await answer.json()).results);
    } catch { /* typed on, or no network: the button searches */ }
  }

  show(results) {
    this.at = -1;
    this.options.replaceChildren(...results.map((one, index) => option(one, index)));
    this.said.textContent = results.length ? words(this.dataset.found, { n: results.length }) : this.dataset.none;
    this.said.classList.toggle("sr", results.length > 0);
    this.input.removeAttribute("aria-activedescendant");
    this.open();
  }

  key(event) {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !this.list.hidden) { event.preventDefault(); this.close(); }
    else if (move && this.options.children.length) { event.preventDefault(); this.open(); this.select(this.at + move); }
    else if (event.key === "Enter" && this.at >= 0 && !this.list.hidden) { event.preventDefault(); this.go(this.options.children[this.at]); }
  }

  select(index) {
    const all = [...this.options.children];
    this.at = index < -1 ? all.length - 1 : index >= all.length ? -1 : index;
    all.forEach((one, place) => one.setAttribute("aria-selected", String(place === this.at)));
    const chosen = all[this.at];
    if (chosen) { this.input.setAttribute("aria-activedescendant", chosen.id); chosen.scrollIntoView({ block: "nearest" }); }
    else this.input.removeAttribute("aria-activedescendant");
  }

  go(chosen) { if (chosen) location.assign(chosen.dataset.url); }
  open() { this.list.hidden = false; this.input.setAttribute("aria-expanded", "true"); }
  close() { this.list.hidden = true; this.input.setAttribute("aria-expanded", "false"); this.select(-1); }
}

function option(one, index) {
  const row = document.createElement("div");
  row.id = `offer-${index}`;
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", "false");
  row.dataset.url = one.url;
  row.lang = one.language;
  const title = document.createElement("b"), snippet = document.createElement("span");
  title.textContent = one.title;
  for (const [piece, isHit] of one.parts) {
    const part = isHit ? document.createElement("mark") : document.createTextNode("");
    part.textContent = piece;
    snippet.append(part);
  }
  row.append(title, snippet);
  return row;
}

/** Sends the verdict and shows what the page then says, in its place. */
class ArticleHelped extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => { event.preventDefault(); this.say(event); });
  }

  async say(event) {
    const form = event.target, body = new URLSearchParams({ [event.submitter.name]: event.submitter.value });
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.replaceChildren(...page.querySelector("article-helped").childNodes);
      this.querySelector("#helped").focus();
    } catch {
      for (const button of form.querySelectorAll("button")) button.disabled = false;
    }
  }
}

customElements.define("help-search", HelpSearch);
customElements.define("article-helped", ArticleHelped);
