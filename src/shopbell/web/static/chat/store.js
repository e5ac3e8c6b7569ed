// What the browser keeps: nothing before the visitor writes; then one visit, shared by all tabs.

/** One shop's chat in this browser. Without storage (private windows, blocked) it lasts as long as the page. */
export class Store {
  #name;
  #kept = {};
  #waiting = new Map();

  constructor(key) {
    this.#name = `shopbell-chat:${key}`;
    this.isAllowed = Boolean(this.#read(this.#name));
    this.reload();
  }

  get name() { return this.#name; }
  get values() { return this.#kept; }

  /** From now on things are kept: the visitor has written. */
  allow() {
    if (this.isAllowed) return;
    this.isAllowed = true;
    this.set({});
    for (const item of this.#waiting.values()) this.put(item);
  }

  set(values) {
    this.#kept = { ...this.#kept, ...values };
    if (this.isAllowed) this.#write(this.#name, this.#kept);
  }

  /** What another tab has written since. */
  reload() {
    this.#kept = this.#read(this.#name) ?? this.#kept;
  }

  /** Keep a message that is still to be sent; each under a name of its own, so that tabs do not undo each other's. */
  put(item) {
    this.#waiting.set(item.client_id, item);
    if (this.isAllowed) this.#write(`${this.#name}:${item.client_id}`, item);
  }

  drop(id) {
    this.#waiting.delete(id);
    this.#try(() => localStorage.removeItem(`${this.#name}:${id}`));
  }

  /** Messages still to be sent, of every tab, oldest first. */
  waiting() {
    const found = new Map(this.#waiting);
    const names = this.isAllowed ? this.#try(() => Object.keys(localStorage)) ?? [] : [];
    for (const name of names.filter((each) => each.startsWith(`${this.#name}:`))) {
      const item = this.#read(name);
      if (item) found.set(item.client_id, found.get(item.client_id) ?? item);
    }
    return [...found.values()].sort((one, other) => one.order - other.order);
  }

  /** Whether a message still waits: another tab may have sent it. */
  has(id) {
    if (!this.isAllowed || this.#try(() => localStorage.length) === undefined) return this.#waiting.has(id);
    if (this.#read(`${this.#name}:${id}`)) return true;
    this.#waiting.delete(id);
    return false;
  }

  /** Everything away: the visitor begins anew. */
  forget() {
    for (const item of this.waiting()) this.drop(item.client_id);
    this.#kept = {};
    this.#try(() => localStorage.removeItem(this.#name));
    this.isAllowed = false;
  }

  #read(name) {
    return this.#try(() => JSON.parse(localStorage.getItem(name)));
  }

  #write(name, value) {
    this.#try(() => localStorage.setItem(name, JSON.stringify(value)));
  }

  #try(what) {
    try { return what() ?? undefined; } catch { return undefined; }
  }
}
