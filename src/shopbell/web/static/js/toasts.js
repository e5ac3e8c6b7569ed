// Short notices, and countdowns to an instant.
import { fill } from "./http.js";

const SHOWN_MS = 8_000;
const STORE = "shopbell:toasts";

/** Counts down to `data-until`, then says `data-after`. */
class DeskCountdown extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.show(), 250);
    this.show();
  }
  disconnectedCallback() { clearInterval(this.timer); }
  show() {
    const left = Math.ceil((Date.parse(this.dataset.until) - Date.now()) / 1000);
    const text = left > 0 ? fill(this.dataset.text, { n: left }) : this.dataset.after;
    if (this.textContent !== text) this.textContent = text;
    if (left <= 0) {
      clearInterval(this.timer);
      this.parentElement?.querySelector("form")?.remove();
    }
  }
}

/** Goes away by itself: at `data-until`, else after a while that lasts as long as somebody points at it. */
class DeskToast extends HTMLElement {
  connectedCallback() {
    const close = this.querySelector("[data-close]");
    close.hidden = false;
    close.addEventListener("click", () => this.remove());
    this.querySelector("form")?.addEventListener("submit", () => setTimeout(() => this.remove(), 50));
    this.until = this.dataset.until ? Date.parse(this.dataset.until) : Date.now() + SHOWN_MS;
    this.timer = setInterval(() => this.tick(), 250);
    this.tick();
  }
  disconnectedCallback() { clearInterval(this.timer); }
  tick() {
    const left = Math.ceil((this.until - Date.now()) / 1000);
    const count = this.querySelector(".count");
    if (count) count.textContent = left > 0 ? `(${left})` : "";
    if (left <= 0 && (this.dataset.until || !this.matches(":hover, :focus-within"))) this.remove();
  }
}

/** Tell something that happened in the browser alone. */
export function toast(text, isTrouble = true) {
  const made = document.createElement("desk-toast");
  made.className = isTrouble ? "toast error" : "toast";
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.querySelector("#keys [data-close]").cloneNode(true);
  made.append(words, close);
  document.getElementById("toasts")?.append(made);
}

// A page that is left takes its running countdowns along.
addEventListener("pagehide", () => {
  const running = [...document.querySelectorAll("desk-toast[data-until]")].map((toast) => toast.outerHTML);
  try { sessionStorage.setItem(STORE, JSON.stringify(running)); } catch { /* no storage, no memory */ }
});

function bringBack() {
  let kept = [];
  try { kept = JSON.parse(sessionStorage.getItem(STORE) ?? "[]"); sessionStorage.removeItem(STORE); } catch { /* as above */ }
  const place = document.getElementById("toasts");
  const shown = new Set([...place.querySelectorAll("desk-toast form")].map((form) => form.getAttribute("action")));
  for (const html of kept) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const toast = template.content.firstElementChild;
    if (Date.parse(toast.dataset.until) > Date.now() && !shown.has(toast.querySelector("form")?.getAttribute("action"))) {
      place.append(toast);
      window.htmx?.process(toast);
    }
  }
}

customElements.define("desk-countdown", DeskCountdown);
customElements.define("desk-toast", DeskToast);
if (document.getElementById("toasts")) bringBack();
document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx && event.detail.error?.name !== "AbortError") toast(document.body.dataset.failed);
});
