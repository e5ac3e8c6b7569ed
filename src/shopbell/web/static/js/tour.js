// The first look around: one step after the other, each at what it speaks of. Nothing is blocked meanwhile.
class DeskTour extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.card = this.querySelector(".tour");
    this.steps = [...this.querySelectorAll("[data-step]")]; // what a step speaks of is marked where it is on the page
    this.next = this.querySelector("[data-next]");
    this.word = this.next.textContent;
    this.next.addEventListener("click", () => this.go(this.at + 1));
    this.querySelector("[data-back]").addEventListener("click", () => this.go(this.at - 1));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.leave(); });
    this.addEventListener("keydown", (event) => { if (event.key === "Escape") this.leave(); });
    this.hidden = false;
    this.go(0);
    this.card.focus();
  }

  go(at) {
    if (at >= this.steps.length) return this.leave();
    this.mark(false);
    this.at = Math.max(at, 0);
    this.steps.forEach((step, index) => { step.hidden = index !== this.at; });
    this.mark(true);
    this.querySelector("[data-back]").disabled = this.at === 0;
    this.next.textContent = this.at === this.steps.length - 1 ? this.next.dataset.last : this.word;
    this.querySelector("[data-place]").textContent = `${this.at + 1}/${this.steps.length}`;
    this.card.setAttribute("aria-describedby", (this.steps[this.at].id = "tour-step"));
  }

  mark(on) {
    if (this.at === undefined) return;
    this.steps[this.at].removeAttribute("id");
    document.querySelector(this.steps[this.at].dataset.step)?.classList.toggle("toured", on);
  }

  leave() {
    this.mark(false);
    fetch(this.form.action, { method: "POST", body: new FormData(this.form), redirect: "manual", keepalive: true });
    this.remove();
    (document.querySelector("main.talk") ?? document.getElementById("work"))?.focus({ preventScroll: true });
  }
}

customElements.define("desk-tour", DeskTour);
