// What was said: bubbles by day and person. Only what is new is added, so that it is read out once and nothing jumps.
import { el, icon } from "./dom.js";
import { nodesOf } from "./safe.js";

const TOGETHER_MS = 5 * 60_000; // one person's messages within it stand together
const NEAR_PX = 80;
const MARGIN_PX = 16;
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D|\p{Emoji_Modifier})*\s*){1,3}$/u;

export class Log {
  #rows = new Map(); #visit; #words; #times; #list; #below; #typing;

  constructor(visit, words, times) {
    this.#visit = visit;
    this.#words = words;
    this.#times = times;
    this.#list = el("div", { class: "list", role: "log", "aria-label": words.messages, "aria-relevant": "additions" });
    this.#typing = el("div", { class: "typing", hidden: true }, el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), el("span"));
    this.intro = el("div", { class: "intro" });
    this.element = el("div", { class: "scroll", tabindex: 0, onscroll: () => this.#noteScroll() }, this.intro, this.#list, this.#typing);
    this.#below = el("button", { class: "below", type: "button", hidden: true, onclick: () => this.toEnd(true) }, words.newer);
    this.below = this.#below;
    new ResizeObserver(() => this.#wasAtEnd && this.toEnd()).observe(this.element);
  }

  #wasAtEnd = true;

  get isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  toEnd(smoothly = false) {
    if (!this.#rows.size) return; // the greeting is read from its beginning
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.element.scrollTo({ top: this.element.scrollHeight, behavior: smoothly && !isStill ? "smooth" : "instant" });
    this.#wasAtEnd = true;
    this.#below.hidden = true;
    this.onread?.();
  }

  /** An element of the intro to the top, so that what stands below it is seen. */
  toTop(element) {
    this.element.scrollTop += element.getBoundingClientRect().top - this.element.getBoundingClientRect().top - MARGIN_PX;
  }

  #noteScroll() {
    this.#wasAtEnd = this.isAtEnd;
    if (this.#wasAtEnd) this.#below.hidden = true;
    this.onread?.();
  }

  /** Bring the list up to date. */
  show() {
    const wasAtEnd = this.isAtEnd;
    const before = this.#rows.size;
    const entries = this.#entries();
    const wanted = new Set(entries.map(({ key }) => key));
    for (const [key, row] of this.#rows) if (!wanted.has(key)) { row.remove(); this.#rows.delete(key); }
    let place = this.#list.firstChild;
    for (const entry of entries) {
      const row = this.#rowOf(entry);
      if (place && !place.isConnected) place = row;
      this.#update(row, entry);
      if (row === place) place = place.nextSibling;
      else this.#list.insertBefore(row, place);
    }
    const isOwn = entries.at(-1)?.isWaiting;
    if (wasAtEnd || isOwn) this.toEnd();
    else if (this.#rows.size > before) this.#below.hidden = false;
  }

  showTyping(name) {
    this.#typing.hidden = !name;
    this.#typing.lastChild.textContent = name ? this.#words.typing.replace("{name}", name) : "";
    if (name && this.#wasAtEnd) this.toEnd();
  }

  /** Days, messages, and what waits, in order, each knowing its neighbours. */
  #entries() {
    const sent = this.#visit.said;
    const known = new Set(sent.map((each) => each.client_id));
    const waiting = this.#visit.waiting.filter((each) => !known.has(each.client_id));
    const all = [...sent, ...waiting.map((item) => ({ ...item, from: "you", name: "", html: "", isWaiting: true }))];
    const entries = [];
    all.forEach((message, index) => {
      const day = this.#times.key(message.at);
      if (index === 0 || this.#times.key(all[index - 1].at) !== day) entries.push({ key: `day ${day}`, day: message.at });
      entries.push({
        key: message.client_id || `seq ${message.seq}`, message, isWaiting: message.isWaiting,
        isFirst: !isTogether(all[index - 1], message, this.#times), isLast: !isTogether(message, all[index + 1], this.#times),
        isRead: message.from === "you" && !message.isWaiting && message.seq <= this.#visit.readByAgent && isLastRead(all, index, this.#visit.readByAgent),
      });
    });
    return entries;
  }

  /** The row there is, unless its files have got their addresses since, or what it says has changed. */
  #rowOf(entry) {
    const row = this.#rows.get(entry.key);
    if (!row) return this.#make(entry);
    if (entry.day || row.message === entry.message || row.said === saidBy(entry.message)) return row;
    const anew = this.#make(entry);
    row.replaceWith(anew);
    return anew;
  }

  #make(entry) {
    const row = entry.day ? el("p", { class: "day" }, this.#times.day(entry.day)) : this.#bubble(entry.message);
    if (entry.message) Object.assign(row, { message: entry.message, said: saidBy(entry.message) });
    this.#rows.set(entry.key, row);
    return row;
  }

  #bubble(message) {
    const isOwn = message.from === "you";
    const shown = (message.text || message.html) && el("div", {
      class: ONLY_EMOJI.test(message.text ?? "") ? "bubble emoji" : "bubble", dir: "auto",
    }, nodesOf(message, this.#visit.base));
    const name = isOwn ? null : el("p", { class: "name" }, message.name || this.#words.us, message.from === "bot" && el("span", { class: "bot" }, this.#words.bot));
    return el("div", { class: `row ${isOwn ? "you" : "them"}` },
      isOwn ? null : el("span", { class: "face", "aria-hidden": "true" }, initials(message.name)),
      el("div", { class: "stack" }, name ?? el("span", { class: "sr" }, this.#words.you), shown, (message.files ?? []).map((file) => this.#file(file)), el("p", { class: "meta", "aria-live": "off" })));
  }

  #file(file) {
    const address = file.url && new URL(file.url, this.#visit.base).href;
    const about = [icon("file"), el("span", {}, el("b", {}, file.name), el("small", {}, this.#times.size(file.size)))];
    if (!address) return el("span", { class: "file" }, about);
    const link = { href: address, target: "_blank", rel: "noopener noreferrer" };
    if (!file.thumbnail) return el("a", { class: "file", ...link, download: file.name }, about);
    const picture = el("img", { src: new URL(file.thumbnail, this.#visit.base).href, alt: file.name });
    const shown = el("a", { class: "picture", ...link }, picture);
    picture.addEventListener("load", () => this.#wasAtEnd && this.toEnd());
    picture.addEventListener("error", () => { shown.className = "file"; shown.replaceChildren(...about); });
    return shown;
  }

  #update(row, { day, message, isFirst, isLast, isRead }) {
    if (day) return;
    row.classList.toggle("first", isFirst);
    row.classList.toggle("last", isLast);
    row.classList.toggle("waiting", Boolean(message.isWaiting && !message.failed));
    row.classList.toggle("failed", Boolean(message.failed));
    const meta = row.querySelector(".meta");
    const state = message.failed || (message.isWaiting ? this.#waits() : isRead ? this.#words.read : "");
    const said = `${message.at}|${state}|${isLast}`;
    if (meta.dataset.said === said) return;
    meta.dataset.said = said;
    meta.hidden = !(isLast || state);
    const time = el("time", { datetime: message.at, title: this.#times.full(message.at) }, this.#times.clock(message.at));
    meta.replaceChildren(...(message.failed ? this.#failed(message) : [time, state && ` · ${state}`].filter(Boolean)));
  }

  #waits() {
    return navigator.onLine && this.#visit.isUp ? this.#words.sending : this.#words.waits;
  }

  #failed(message) {
    const again = el("button", { type: "button", class: "link", onclick: () => this.#visit.retry(message) }, this.#words.again);
    const away = el("button", { type: "button", class: "link", onclick: () => this.#visit.takeBack(message) }, this.#words.remove);
    return [el("span", { class: "wrong" }, `${this.#words.not_sent} ${message.failed} `), again, " ", away];
  }
}

function saidBy({ text, html, files }) {
  return JSON.stringify([text, html, (files ?? []).map((file) => file.url)]);
}

function isTogether(one, other, times) {
  return Boolean(one && other && one.from === other.from && (one.name || "") === (other.name || "")
    && times.key(one.at) === times.key(other.at) && new Date(other.at) - new Date(one.at) < TOGETHER_MS);
}

function isLastRead(all, index, top) {
  return !all.slice(index + 1).some((each) => each.from === "you" && !each.isWaiting && each.seq <= top);
}

export function initials(name) {
  const parts = (name || "").trim().split(/\s+/).filter(Boolean);
  return parts.length ? [parts[0], parts.length > 1 ? parts.at(-1) : ""].map((part) => [...part][0] ?? "").join("").toUpperCase() : "·";
}
