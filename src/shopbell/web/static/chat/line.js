// The line to the desk: server push, resumed where it broke; asked every few seconds where push does not get through.
// Of several tabs one has the line and passes on what it hears: a browser opens few connections to one server.
import { Trouble, stream } from "./http.js";

const SILENCE_MS = 45_000; // the server says something every 20 seconds
const POLL_MS = 5_000;
const LONGEST_MS = 30_000;
const TRIES_BEFORE_POLLING = 3;
const POLLS_BEFORE_TRYING = 60; // what broke a stream may be over: a server was started anew

/** Keeps the line up until `hang up`. `hear(event, data)`, `poll()`, `top()`, `token()`, `state(isUp)` are the visit's. */
export class Line {
  #name; #visit; #stop; #channel; #wake = () => {}; #heardAt = 0; #failures = 0; #pushFailures = 0; #polls = 0; #isLeading = false;

  constructor(name, visit) {
    this.#name = `${name}:line`;
    this.#visit = visit;
    this.#channel = "BroadcastChannel" in window && navigator.locks ? new BroadcastChannel(this.#name) : null;
    this.#channel?.addEventListener("message", ({ data }) => this.#hearOther(data));
    addEventListener("online", () => this.again());
    addEventListener("offline", () => visit.state(false));
    addEventListener("pagehide", () => this.hangUp());
    addEventListener("pageshow", (event) => event.persisted && this.begin());
    document.addEventListener("visibilitychange", () => this.#turn());
    setInterval(() => this.#watch(), 5_000);
  }

  /** Whether somebody holds the line up for this visit. */
  get isOn() { return Boolean(this.#stop); }

  begin() {
    if (this.#stop || !this.#visit.token()) return;
    this.#stop = new AbortController();
    this.#heardAt = Date.now();
    this.#lead(!document.hidden);
  }

  hangUp() {
    this.#stop?.abort();
    this.#stop = null;
    this.#wake();
  }

  /** Try at once instead of waiting out the pause. */
  again() {
    this.#failures = 0;
    this.#wake();
  }

  /** The tab somebody looks at has the line; the others wait for it. */
  #lead(steal) {
    const { signal } = this.#stop;
    if (!this.#channel) { this.#run(signal); return; }
    const options = steal ? { steal: true } : { signal };
    navigator.locks.request(this.#name, options, () => this.#runAlone(signal)).catch(() => {
      this.#mine?.abort();
      if (!signal.aborted) this.#lead(false); // taken over by another tab
    });
  }

  #mine = null;

  async #runAlone(signal) {
    this.#mine = new AbortController();
    const both = this.#mine;
    signal.addEventListener("abort", () => both.abort());
    this.#isLeading = true;
    try { await this.#run(both.signal); } finally { this.#isLeading = false; }
  }

  async #run(signal) {
    while (!signal.aborted) {
      const began = Date.now();
      try {
        if (this.#pushFailures < TRIES_BEFORE_POLLING) await this.#push(signal);
        else await this.#poll(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error.code === "no_visit" || error.code === "no_chat") { this.#visit.refused(error); return; }
        if (error.status !== 0) this.#pushFailures += 1; // somebody answered, but not with a stream
        this.#failures += 1;
        this.#say(false);
      }
      if (Date.now() - began > 10_000) this.#failures = 0;
      await this.#pause(signal);
    }
  }

  async #push(signal) {
    const quiet = new AbortController();
    signal.addEventListener("abort", () => quiet.abort());
    this.#quiet = quiet;
    await stream(`${this.#visit.base}stream?after=${this.#visit.top()}`, {
      token: this.#visit.token(), language: this.#visit.language, signal: quiet.signal,
      beat: () => { this.#heardAt = Date.now(); this.#failures = 0; this.#say(true); },
      hear: (event, data) => { this.#channel?.postMessage({ event, data }); this.#visit.hear(event, data); },
    }).catch((error) => { if (signal.aborted || error.name !== "AbortError") throw error; throw new Trouble(0); });
    if (!signal.aborted) this.#failures += 1;
  }

  #quiet = null;

  async #poll(signal) {
    await this.#visit.poll(signal);
    this.#polls += 1;
    if (this.#polls % POLLS_BEFORE_TRYING === 0) this.#pushFailures -= 1;
    this.#heardAt = Date.now();
    this.#failures = 0;
    this.#say(true);
    this.#channel?.postMessage({ event: "poll" });
    await new Promise((resolve) => { this.#wake = resolve; setTimeout(resolve, POLL_MS); });
  }

  /** Longer after each failure, never in step with others. */
  async #pause(signal) {
    if (signal.aborted || !this.#failures) return;
    const longest = Math.min(LONGEST_MS, 500 * 2 ** this.#failures);
    await new Promise((resolve) => { this.#wake = resolve; setTimeout(resolve, longest * (0.5 + Math.random() / 2)); });
    this.#wake = () => {};
  }

  #say(isUp) {
    this.#visit.state(isUp);
    this.#channel?.postMessage({ event: "line", data: isUp });
  }

  #hearOther({ event, data }) {
    if (!this.#stop || this.#isLeading) return;
    this.#heardAt = Date.now();
    if (event === "line") this.#visit.state(data);
    else if (event === "poll") this.#visit.poll().catch(() => {});
    else this.#visit.hear(event, data);
  }

  #turn() {
    if (document.hidden || !this.#stop) return;
    this.again();
    if (this.#channel && !this.#isLeading) this.#lead(true);
  }

  /** A line can die without a word, as when a laptop slept; so can the tab that had it. */
  #watch() {
    if (!this.#stop || Date.now() - this.#heardAt < SILENCE_MS) return;
    this.#heardAt = Date.now();
    if (this.#isLeading || !this.#channel) this.#quiet?.abort();
    else this.#lead(true);
  }
}
