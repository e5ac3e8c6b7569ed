// One visit: what was said, what waits to be sent, and the line by which more comes. Knows nothing of how it looks.
import { Trouble, ask, upload } from "./http.js";
import { Line } from "./line.js";

const TYPING_MS = 4_000; // said again while it goes on
const TYPING_ENDS_MS = 8_000;
const WORRY_MS = 3_000; // a short break is nobody's concern
const OFF_MS = 120_000; // a chat that was switched off may be on again
const FRESH_MS = 12 * 3_600_000; // addresses of files hold for a day

/** An id nobody else makes. Pages without https have no randomUUID. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const [a, b, c, d] = crypto.getRandomValues(new Uint32Array(4)).map((part) => part >>> 0);
  const hex = [a, b, c, d].map((part) => part.toString(16).padStart(8, "0")).join("");
  const variant = "89ab"[d % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Tells its `change` listeners what changed: messages, queue, read, typing, now, line, visit; lost: it is no more. */
export class Visit extends EventTarget {
  messages = new Map(); // by their number
  isUp = true;
  typing = null;
  readByAgent = 0;
  now = null;
  who = {};
  isKnown = false; // what was said before has been fetched
  #line; #store; #vouch; #typed = 0; #worry; #typingEnds; #sending = null; #opening = null; #catching = null;

  constructor({ base, language, vouch, store }) {
    super();
    Object.assign(this, { base, language });
    this.#vouch = vouch;
    this.#store = store;
    this.#line = new Line(store.name, {
      base, language, top: () => this.top, token: () => store.values.token,
      hear: (event, data) => this.hear(event, data), poll: (signal) => this.#catchUp(signal),
      state: (isUp) => this.#noteLine(isUp), refused: (error) => this.#noteRefused(error.code),
    });
    addEventListener("storage", ({ key }) => key?.startsWith(store.name) && this.#hearOtherTab());
  }

  get exists() { return Boolean(this.#store.values.token); }
  get hasEnded() { return Boolean(this.#store.values.ended); }
  get level() { return this.#store.values.level ?? "anonymous"; }
  get email() { return this.#store.values.email ?? ""; }
  get seen() { return this.#store.values.seen ?? 0; }
  get waiting() { return this.#store.waiting(); }

  /** The highest number up to which nothing is missing. A number that is not there is of a line that was removed. */
  top = 0;

  get said() { return [...this.messages.values()].sort((one, other) => one.seq - other.seq); }
  get unread() { return this.said.filter((each) => each.from !== "you" && each.seq > this.seen).length; }

  /** Take up a visit of before, if there is one. */
  async resume() {
    if (this.exists) await this.#checkVouch();
    if (!this.exists) return;
    this.#line.begin();
    await this.#catchUp().catch(() => {});
    this.#send();
  }

  /** Everything after what is known, batch by batch; all of it where that is long ago. Raises Trouble. */
  #catchUp(signal) {
    this.#catching ??= this.#fetchAll(signal).finally(() => { this.#catching = null; });
    return this.#catching;
  }

  async #fetchAll(signal) {
    let from = this.#isFresh ? this.top : 0;
    const { token } = this.#store.values;
    const found = from ? null : new Map();
    for (;;) {
      const known = this.top;
      const answer = await this.#ask(`messages?after=${from}`, { signal });
      if (token !== this.#store.values.token) return; // another visit's by now
      if (answer.top < known) { this.#forget(answer.top); return this.#fetchAll(signal); } // an older copy of the record
      const isSame = !from || answer.removed === this.#removed;
      this.#removed = answer.removed;
      if (!isSame) { this.#freshAt = 0; return this.#fetchAll(signal); } // of what is known here something was removed
      for (const message of answer.messages) { this.#take(message); found?.set(message.seq, message); }
      const isAll = answer.upto >= answer.top || answer.upto <= from;
      if (isAll && found) this.#keepOnly(found, answer.upto);
      from = answer.upto;
      this.#rise(from);
      this.readByAgent = answer.read?.by_agent ?? this.readByAgent;
      this.now = answer.now ?? this.now;
      this.isKnown = true;
      this.#tell("messages");
      this.#tell("now");
      if (isAll) return;
    }
  }

  #freshAt = 0; // when everything was asked for
  #removed = "";

  get #isFresh() { return Date.now() - this.#freshAt < FRESH_MS; }

  /** Everything was asked for anew: what did not come was removed. */
  #keepOnly(found, upto) {
    for (const seq of this.messages.keys()) if (seq <= upto && !found.has(seq)) this.messages.delete(seq);
    this.#freshAt = Date.now();
  }

  /** Something was removed, or lies elsewhere by now. */
  async #renew() {
    await this.#catching?.catch(() => {}); // one that began before does not know of it
    this.#freshAt = 0;
    await this.#catchUp().catch(() => {});
  }

  hear(event, data) {
    if (event === "message") this.#hearMessage(data);
    else if (event === "typing") this.#noteTyping(data.name ?? null);
    else if (event === "read") { this.readByAgent = Math.max(this.readByAgent, data.by_agent ?? data.seq ?? 0); this.#tell("read"); }
    else if (event === "now") { this.now = data; this.#tell("now"); }
    else if (event === "renew") this.#renew();
    else if (event === "gone") this.#catchUp().catch((error) => this.#noteRefused(error.code));
  }

  #hearMessage(message) {
    const known = this.messages.get(message.seq);
    const isKnown = known?.files.every((file) => file.url); // else it comes with the addresses of its files now
    if (!isKnown) this.#take(message);
    if (message.after <= this.top) this.#rise(message.seq);
    if (message.seq > this.top) this.#catchUp().catch(() => {}); // something between is missing
    if (!isKnown && message.from !== "you") this.#noteTyping(null);
    this.#tell("messages");
  }

  #take(message) {
    this.messages.set(message.seq, message);
    if (message.client_id) this.#store.drop(message.client_id);
    this.#rise(this.top);
  }

  #rise(top) {
    this.top = Math.max(this.top, top);
    while (this.messages.has(this.top + 1)) this.top += 1;
  }

  /** Put a message into the queue; it leaves as soon as it can, in order, and never twice. */
  say(text, files, who = {}) {
    this.who = { ...this.who, ...who };
    this.#store.allow();
    this.#store.put({ client_id: newId(), text, files, at: new Date().toISOString(), order: Date.now(), failed: "" });
    this.#typed = 0;
    this.#tell("queue");
    this.#send();
  }

  retry(item) {
    this.#store.put({ ...item, failed: "" });
    this.#send();
  }

  takeBack(item) {
    this.#store.drop(item.client_id);
    this.#tell("queue");
  }

  /** One after the other; of several tabs one at a time. */
  async #send() {
    if (this.#sending) { this.#sending.isMore = true; return; }
    const state = { isMore: false };
    this.#sending = state;
    try {
      await alone(`${this.#store.name}:send`, () => this.#sendAll(state));
    } finally {
      this.#sending = null;
      this.#tell("queue");
    }
  }

  async #sendAll(state) {
    for (let tries = 0; ;) {
      state.isMore = false;
      const item = this.waiting.find((each) => !each.failed);
      if (!item) { if (state.isMore) continue; return; }
      try {
        await this.#post(item);
        tries = 0;
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        if (error.status === 401 && this.exists) { this.#begunAnew(); continue; }
        if (error.code === "removed") { this.takeBack(item); continue; } // it had come, and was removed there
        if (!error.isPassing) this.#store.put({ ...item, failed: error.title || String(error.status) });
        this.#tell("queue");
        if (error.isPassing) await this.#untilWorthwhile(tries++, error.retryAfter);
      }
    }
  }

  async #post(item) {
    await this.open();
    const files = item.files.map((file) => file.id);
    const { seq, at } = await this.#ask("messages", { method: "POST", body: { client_id: item.client_id, text: item.text, files } });
    this.#take({ seq, client_id: item.client_id, from: "you", name: "", text: item.text, html: "", at, files: item.files });
    if (this.hasEnded) this.#store.set({ ended: false });
    this.#tell("messages");
  }

  #untilWorthwhile(tries, retryAfter) {
    const pause = retryAfter * 1000 || Math.min(20_000, 1_000 * 2 ** tries);
    return new Promise((resolve) => {
      const wake = () => { removeEventListener("online", wake); this.removeEventListener("up", wake); resolve(); };
      addEventListener("online", wake);
      this.addEventListener("up", wake);
      setTimeout(wake, pause);
    });
  }

  /** The visit's token, made when there is something to send. Raises Trouble. */
  open() {
    this.#store.reload();
    if (this.exists) { this.#line.begin(); return Promise.resolve(); }
    this.#opening ??= this.#begin().finally(() => { this.#opening = null; });
    return this.#opening;
  }

  async #begin() {
    this.#clientId ??= newId();
    await this.#introduce(this.#clientId, this.who).catch((error) => {
      if (error.code === "forged") this.#vouch = ""; // the shop's word has run out: somebody may write all the same
      else if (error.status === 409) this.#clientId = newId(); // known already, or another customer's: this one is new
      else throw error;
      return this.#introduce(this.#clientId, this.who);
    });
    this.isKnown = true;
    this.#freshAt = Date.now();
    this.#line.begin();
    this.#tell("visit");
  }

  #clientId = null;

  /** Say which visit this is, and who the shop says it is. Raises Trouble. */
  async #introduce(clientId, who = {}) {
    const body = { client_id: clientId, language: this.language, vouch: this.#vouch, ...who };
    const { token, level, customer } = await this.#ask("visits", { method: "POST", body });
    const kept = { token, level, clientId, vouched: this.#vouch ? subject(this.#vouch) : "" };
    this.#store.set({ ...kept, email: customer?.email ?? who.email ?? this.email, ended: false });
  }

  /** Who signed in to the shop, or out of it, since the visit began is not shown what was another's. */
  async #checkVouch() {
    const { vouched = "", clientId } = this.#store.values;
    const now = this.#vouch ? subject(this.#vouch) : "";
    if (now === vouched) return;
    if (vouched) { this.renew(); return; }
    await this.#introduce(clientId).catch((error) => { if (error.status === 409) this.renew(); });
  }

  /** The server knows this visit no more: what waits goes into a new one. */
  #begunAnew() {
    this.#line.hangUp();
    if (!this.exists) return;
    this.#forget();
    this.#store.set({ token: "", level: "anonymous", email: "", noMail: false, pageSent: "", ended: false });
    this.#tell("lost");
  }

  #forget(top = 0) {
    this.messages.clear();
    if (this.seen > top) this.#store.set({ seen: top });
    Object.assign(this, { top: 0, readByAgent: 0 });
    this.#freshAt = 0;
  }

  /** Upload a file for the next message. Raises Trouble. */
  async attach(file, tell, signal) {
    await this.open();
    return upload(`${this.base}files`, file, { token: this.#store.values.token, language: this.language, tell, signal });
  }

  detach(id) {
    this.#ask(`files/${encodeURIComponent(id)}`, { method: "DELETE" }).catch(() => {});
  }

  isTyping() {
    if (!this.exists || Date.now() - this.#typed < TYPING_MS) return;
    this.#typed = Date.now();
    this.#ask("typing", { method: "POST", body: {} }).catch(() => {});
  }

  /** Everything so far has been seen. */
  see() {
    const seen = this.top;
    if (!this.exists || seen <= this.seen) return;
    this.#store.set({ seen });
    if (this.said.some((each) => each.from !== "you")) this.#ask("read", { method: "POST", body: { seq: seen } }).catch(() => {});
    this.#tell("seen");
  }

  page(url, title) { return this.#ask("page", { method: "POST", body: { url, title } }); }
  address(email, name) { return this.open().then(() => this.#ask("address", { method: "POST", body: { email, name } })); }
  transcript() { return this.#ask("transcript", { method: "POST", body: {} }); }

  async prove(email, code) {
    const { level, token } = await this.#ask("code", { method: "POST", body: { email, code } });
    this.#store.set({ level, token: token ?? this.#store.values.token, email });
    this.#tell("visit");
  }

  async end() {
    this.#store.set({ ended: true }); // said first: other tabs may hear of the end before we do
    try {
      await this.#ask("end", { method: "POST", body: {} });
    } catch (error) {
      this.#store.set({ ended: false });
      throw error;
    }
    this.#line.hangUp();
    this.#tell("visit");
  }

  /** After an end: nothing of it is kept, and the next message begins a conversation of its own. */
  renew() {
    this.#line.hangUp();
    this.#forget();
    this.#store.forget();
    Object.assign(this, { typing: null, isUp: true });
    this.#tell("visit");
  }

  #ask(path, options = {}) {
    return ask(`${this.base}${path}`, { ...options, token: this.#store.values.token, language: this.language });
  }

  #noteTyping(name) {
    clearTimeout(this.#typingEnds);
    if (name) this.#typingEnds = setTimeout(() => this.#noteTyping(null), TYPING_ENDS_MS);
    if (this.typing === name) return;
    this.typing = name;
    this.#tell("typing");
  }

  #noteLine(isUp) {
    if (isUp) {
      clearTimeout(this.#worry);
      this.#worry = null;
      if (!this.isUp) { this.isUp = true; this.#tell("line"); this.dispatchEvent(new Event("up")); }
      if (this.isKnown && !this.#isFresh && !this.#catching) this.#catchUp().catch(() => {});
      return;
    }
    this.#worry ??= setTimeout(() => { this.isUp = false; this.#tell("line"); }, navigator.onLine ? WORRY_MS : 0);
  }

  /** The line is down for good: the visit is no more, or the chat is off for now and the visit is kept for later. */
  #noteRefused(code) {
    if (code !== "no_visit" && code !== "no_chat") return;
    this.#store.reload();
    if (code === "no_chat") setTimeout(() => this.exists && this.#line.begin(), OFF_MS);
    if (this.hasEnded || code === "no_chat") this.#line.hangUp();
    else this.#begunAnew();
    this.#tell("visit");
  }

  #hearOtherTab() {
    const [token, ended] = [this.#store.values.token, this.#store.values.ended];
    this.#store.reload();
    if (token && token !== this.#store.values.token) { this.#forget(this.seen); this.#line.hangUp(); }
    if (token !== this.#store.values.token && this.exists) this.resume();
    if (ended !== this.#store.values.ended) this.#tell("visit");
    this.#tell("queue");
    this.#tell("seen");
  }

  #tell(what) {
    this.dispatchEvent(new CustomEvent("change", { detail: what }));
  }
}

/** Whom a shop's word is about: the `sub` of a JWT, or what stands before the hash. It is not checked here. */
function subject(vouch) {
  try {
    return String(JSON.parse(atob(vouch.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sub);
  } catch {
    return vouch.split(":")[0];
  }
}

/** Run while no other tab does the same. */
function alone(name, what) {
  return navigator.locks ? navigator.locks.request(name, what) : what();
}
