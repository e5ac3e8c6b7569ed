// While somebody writes to the shop: articles that may be the answer. They open beside, so that no text is lost.
const PAUSE = 600; // milliseconds
const LEAST = 8; // characters before there is anything to go by
const MOST = 3, LONGEST = 200;

class ContactAnswers extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", this.dataset.title);
    this.setAttribute("aria-live", "polite");
    for (const name of ["subject", "message"]) this.form.elements[name]?.addEventListener("input", () => this.soon());
    this.soon();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  get written() {
    const said = ["subject", "message"].map((name) => this.form.elements[name]?.value.trim() ?? "");
    return said.filter(Boolean).join(" ").slice(0, LONGEST);
  }

  async ask() {
    const written = this.written;
    if (written === this.asked || this.isDone) return;
    this.asked = written;
    if (written.length < LEAST) { this.show([]); return; }
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const answer = await fetch(`${this.getAttribute("suggest")}?q=${encodeURIComponent(written)}`, { signal: this.asking.signal });
      if (answer.ok) this.show((await answer.json()).results.slice(0, MOST));
    } catch { /* written on, or no network: the form works all the same */ }
  }

  show(results) {
    const shown = results.map((one) => one.url).join();
    if (shown === this.shown) return; // a screen reader need not hear it again
    this.shown = shown;
    if (!results.length) { this.replaceChildren(); return; }
    const box = element("div", "offered"), list = element("ul");
    list.append(...results.map((one) => this.row(one)));
    box.append(element("h2", "", this.dataset.title), list, element("p", "soft", this.dataset.hint));
    this.replaceChildren(box);
  }

  row(one) {
    const row = element("li"), link = element("a", "", one.title), solved = element("button", "", this.dataset.solved);
    Object.assign(link, { href: one.url, target: "_blank", rel: "noopener", lang: one.language });
    solved.type = "button";
    solved.addEventListener("click", () => this.solved(one));
    row.append(link, solved);
    return row;
  }

  async solved(one) {
    this.isDone = true;
    const thanks = element("p", "notice", this.dataset.thanks);
    thanks.tabIndex = -1;
    this.replaceChildren(thanks);
    thanks.focus();
    await fetch(`${new URL(one.url).pathname}solved`, { method: "POST" }).catch(() => {});
  }
}

function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

customElements.define("contact-answers", ContactAnswers);
