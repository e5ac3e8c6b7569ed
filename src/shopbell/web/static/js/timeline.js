// The open conversation: where it is scrolled to, and how it is renewed without disturbing who reads or writes.
import { announce, ask, fill, morph } from "./http.js";

const NEAR_END = 48;

export function openTalk() {
  return document.querySelector("main.talk[data-conversation]");
}

export function openNumber() {
  return Number(openTalk()?.dataset.conversation ?? 0);
}

/** Opens at the first unread message, else at the end (the style sheet's doing). */
class DeskTimeline extends HTMLElement {
  connectedCallback() {
    requestAnimationFrame(() => this.showUnread());
    this.jump?.addEventListener("click", () => { this.scrollTop = 0; this.hideJump(); this.focus({ preventScroll: true }); });
    this.addEventListener("scroll", () => { if (this.isAtEnd) this.hideJump(); }, { passive: true });
  }
  /** Scrolled by hand: scrollIntoView would move the page as well. */
  showUnread() {
    const line = this.querySelector("#unread");
    if (line) this.scrollTop += line.getBoundingClientRect().top - this.getBoundingClientRect().top;
  }
  get jump() { return this.querySelector(":scope > .jump"); }
  get isAtEnd() { return Math.abs(this.scrollTop) < NEAR_END; } // the column is laid out from its end: 0 is the end
  hideJump() { if (this.jump) this.jump.hidden = true; }
  offerJump(count) {
    const { one, many } = this.jump.dataset;
    this.jump.textContent = count === 1 ? one : fill(many, { n: count });
    this.jump.hidden = false;
  }
}
customElements.define("desk-timeline", DeskTimeline);

let asked = null; // a renewal under way
let again = null; // what is to be asked for after it

/** Fetch the open conversation anew and change what differs. What came in is announced. */
export async function refreshTalk({ isOpened = false } = {}) {
  if (asked) { again = { isOpened: isOpened || Boolean(again?.isOpened) }; return; }
  const talk = openTalk();
  if (!talk) return;
  asked = talk;
  try {
    await renew(talk, isOpened);
  } catch {
    // nobody answered: the banner says so, and it is fetched again when the line is back
  } finally {
    asked = null;
    const next = again;
    again = null;
    if (next) refreshTalk(next);
  }
}

async function renew(talk, isOpened) {
  const url = new URL(talk.dataset.url, location.href);
  const first = talk.querySelector("article.msg");
  if (first) url.searchParams.set("from", first.id.slice(1));
  url.searchParams.set("read", talk.dataset.read);
  if (document.hidden) url.searchParams.set("peek", "1");
  if (isOpened) url.searchParams.set("opened", "1");
  const response = await ask(url);
  if (!response.ok || openTalk() !== talk) return;
  const html = await response.text();
  if (openTalk() !== talk) return;
  const line = talk.querySelector("desk-timeline");
  const wasAtEnd = line.isAtEnd;
  const before = new Set([...talk.querySelectorAll("[data-inbound]")].map((message) => message.id));
  const isWriting = talk.querySelector("desk-composer")?.isWriting;
  await morph(document.getElementById("work"), html);
  told(line, before, wasAtEnd);
  if (!isWriting) talk.querySelector("desk-composer")?.see(talk.dataset.seen);
}

function told(line, before, wasAtEnd) {
  const fresh = [...line.querySelectorAll("[data-inbound]")].filter((message) => !before.has(message.id));
  if (!fresh.length) return;
  announce(fill(openTalk().dataset.announce, { name: fresh.at(-1).dataset.inbound }));
  if (wasAtEnd) line.scrollTop = 0;
  else line.offerJump(fresh.length);
}

// Older messages come in above; the day they share with what is below is named once.
document.addEventListener("htmx:after:swap", () => {
  const days = new Set();
  for (const day of document.querySelectorAll("desk-timeline .divider.day")) {
    if (days.has(day.textContent)) day.remove();
    days.add(day.textContent);
  }
});
