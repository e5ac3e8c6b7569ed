// The open chat: header, what was said, what can be done, where to write.
import { answers, byMail, card, emailField, form, searcher } from "./asides.js";
import { Composer } from "./composer.js";
import { el, fill, icon } from "./dom.js";
import { ask } from "./http.js";
import { Log } from "./log.js";
import { Store } from "./store.js";
import STYLE from "./panel.css";
import { timesIn } from "./times.js";
import { followView, keepFocus } from "./view.js";
import { Visit } from "./visit.js";

const NOW_MS = 30_000;
const HOURS_FROM = 5_400; // seconds: minutes say it better up to there, and two hours are the fewest said
const PHONE = matchMedia("(max-width: 480px), (max-height: 460px)");

/** The panel for an element on the page; closed. Raises Trouble when the desk does not answer. */
export async function makePanel(context) {
  const { base, language, given } = context;
  const [config, words] = await Promise.all([
    ask(`${base}config?language=${language}`, { language }),
    fetch(new URL(given.catalogues[language], base).href, { credentials: "omit" }).then((got) => got.json()),
  ]);
  const panel = new Panel(context, config, words);
  panel.begin();
  return panel;
}

class Panel {
  #context; #config; #words; #visit; #store; #times; #log; #composer; #parts = {}; #clock; #announced = 0; #mailAsked = false;

  isOpen = false;

  constructor(context, config, words) {
    this.#context = context;
    this.#config = config;
    this.#words = words;
    this.#store = new Store(context.given.key);
    this.#times = timesIn(context.language, words);
    this.#visit = new Visit({ base: context.base, language: context.language, vouch: context.vouch, store: this.#store });
    this.#visit.now = config.now;
    this.#log = new Log(this.#visit, words, this.#times);
    this.#log.onread = () => this.#see();
    this.#composer = new Composer({ visit: this.#visit, config, words, times: this.#times, send: (text, files) => this.#say(text, files) });
    this.#composer.oninput = (text) => this.#typed(text);
    this.#build();
  }

  async begin() {
    const root = this.#context.element.shadowRoot;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    root.append(this.element);
    this.#visit.addEventListener("change", ({ detail }) => this.#changed(detail));
    document.addEventListener("visibilitychange", () => this.#see());
    this.#composer.text = this.#store.values.draft ?? "";
    this.#showNow();
    this.#showIntro();
    this.#showTray();
    followView(this.element);
    this.#followPage();
    if (this.#store.values.isOpen && !PHONE.matches) this.open({ quietly: true });
    await this.#visit.resume();
    this.#announced = this.#visit.top;
    this.#tell();
  }

  dress(theme) { this.element.dataset.theme = theme; }

  open({ quietly = false } = {}) {
    this.isOpen = true;
    this.element.hidden = false;
    this.element.setAttribute("aria-modal", String(PHONE.matches));
    this.#store.set({ isOpen: true });
    this.#log.show();
    this.#log.toEnd();
    this.#tell();
    this.#see();
    this.#renewNow();
    this.#clock = setInterval(() => this.#renewNow(), NOW_MS);
    if (quietly) return;
    if (matchMedia("(pointer: coarse)").matches) this.#parts.close.focus();
    else this.#composer.focus();
  }

  close() {
    const hadFocus = this.element.contains(this.#context.element.shadowRoot.activeElement);
    this.isOpen = false;
    this.element.hidden = true;
    this.#store.set({ isOpen: false });
    clearInterval(this.#clock);
    this.#tell();
    if (hadFocus) this.#context.element.button.focus();
  }

  #build() {
    const words = this.#words;
    const parts = this.#parts;
    parts.state = el("p", { class: "state", role: "status" });
    parts.menu = el("button", { class: "round", type: "button", "aria-label": words.menu, "aria-expanded": "false", onclick: () => this.#toggleMenu() }, icon("menu"));
    parts.close = el("button", { class: "round", type: "button", "aria-label": words.close, onclick: () => this.close() }, icon("close"));
    parts.list = el("div", { class: "menu-list", hidden: true });
    parts.line = el("p", { class: "line", role: "status", hidden: true });
    parts.tray = el("div", { class: "tray" });
    const title = el("h2", { id: "title" }, this.#config.shop);
    const links = el("div", { class: "foot" }, el("a", { href: this.#config.contact, target: "_blank", rel: "noopener" }, words.contact),
      this.#config.privacy.url && el("a", { href: this.#config.privacy.url, target: "_blank", rel: "noopener" }, words.privacy));
    this.element = el("section", {
      class: "panel", role: "dialog", "aria-labelledby": "title", lang: this.#config.language || this.#context.language, hidden: true, "data-drop": words.drop,
      onkeydown: (event) => this.#key(event), ondragover: (event) => this.#drag(event), ondragleave: () => this.element.classList.remove("dropping"), ondrop: (event) => this.#drop(event),
    }, el("div", { class: "head" }, this.#mark(), el("div", { class: "who" }, title, parts.state), parts.menu, parts.close),
    parts.list, parts.line, this.#log.element, this.#log.below, parts.tray, this.#composer.element, links);
    this.element.addEventListener("focusin", () => this.#see());
  }

  #mark() {
    const name = [...(this.#config.shop || "")][0] ?? "";
    if (!this.#config.logo) return el("span", { class: "mark", "aria-hidden": "true" }, name);
    const logo = el("img", { src: new URL(this.#config.logo, this.#context.base).href, alt: "" });
    logo.addEventListener("error", () => logo.replaceWith(name));
    return el("span", { class: "mark", "aria-hidden": "true" }, logo);
  }

  #key(event) {
    event.stopPropagation(); // what is typed here is no shortcut of the shop's page
    if (event.key === "Tab" && PHONE.matches) keepFocus(this.element, event);
    if (event.key !== "Escape") return;
    if (!this.#parts.list.hidden) { this.#toggleMenu(); this.#parts.menu.focus(); } else this.close();
  }

  #drag(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.element.classList.add("dropping");
  }

  #drop(event) {
    this.element.classList.remove("dropping");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    this.#composer.add([...event.dataTransfer.files]);
  }

  // What can be had now

  get #now() { return this.#visit.now ?? this.#config.now; }

  #offer() {
    const { state, wait_seconds: wait, opens_at: opens } = this.#now;
    const words = this.#words;
    if (state === "person") {
      if (wait === null || wait === undefined) return words.here;
      if (wait > HOURS_FROM) return fill(words.wait_hours, { n: Math.round(wait / 3_600) });
      return wait < 60 ? words.at_once : fill(words.wait, { n: Math.ceil(wait / 60) });
    }
    return opens ? this.#times.opens(opens) : words.away;
  }

  #showNow() {
    const { state, ahead } = this.#now;
    this.#parts.state.className = `state ${state}`;
    const text = el("span", {}, this.#offer());
    if (this.#parts.state.textContent !== text.textContent) this.#parts.state.replaceChildren(el("i"), text);
    if (this.#parts.offer) {
      const waits = state === "person" && ahead ? fill(ahead === 1 ? this.#words.ahead_one : this.#words.ahead, { n: ahead }) : "";
      const detail = state === "person" ? waits : this.#words.leave;
      this.#parts.offer.replaceChildren(icon(state === "person" ? "people" : "mail"), el("div", {}, el("h3", {}, this.#offer()), detail && el("p", {}, detail)));
    }
  }

  /** Before somebody writes nobody is connected: what can be had is asked for now and then. */
  async #renewNow() {
    if (this.#visit.exists) return;
    const config = await ask(`${this.#context.base}config?language=${this.#context.language}`).catch(() => null);
    if (!config || this.#visit.exists) return;
    this.#config.now = this.#visit.now = config.now;
    this.#showNow();
    this.#showTray();
  }

  #showIntro() {
    const isBegun = this.#visit.messages.size || this.#visit.waiting.length;
    const lost = [this.#parts.lost ?? []].flat();
    if (isBegun) {
      if (this.#log.intro.childElementCount !== lost.length) this.#log.intro.replaceChildren(...lost);
      this.#parts.offer = null;
      return;
    }
    if (this.#parts.offer) return;
    this.#parts.offer = el("div", { class: "card offer" });
    this.#log.intro.replaceChildren(...lost, el("p", { class: "greeting", dir: "auto" }, this.#context.given.greetings[this.#context.language] || this.#words.greeting), this.#parts.offer);
    if (this.#config.help) this.#log.intro.append(this.#help());
    this.#showNow();
  }

  get #suggestions() { return new URL("suggest", this.#config.help).href; }

  #help() {
    const list = el("div", { role: "status" });
    const show = (found, query) => {
      list.replaceChildren(found.length ? answers(found, this.#config.help) : query ? el("p", {}, this.#words.none) : "");
      if (query) this.#log.toTop(input);
    };
    const find = searcher(this.#suggestions, (found) => show(found, input.value.trim()));
    const input = el("input", { type: "search", placeholder: this.#words.search, "aria-label": this.#words.search, oninput: () => find(input.value) });
    return el("section", { class: "card", "aria-label": this.#words.search }, el("div", { class: "find" }, icon("search"), input), list);
  }

  // What lies above the composer

  #showTray() {
    const words = this.#words;
    const visit = this.#visit;
    const isNew = !visit.exists && !visit.waiting.length;
    this.#composer.element.hidden = visit.hasEnded;
    if (visit.hasEnded) return this.#put("ended", () => this.#ended());
    if (isNew) return this.#put(`new ${this.#now.state}`, () => this.#before());
    const mayLeave = visit.level === "anonymous" && !visit.email && !this.#mailAsked && !this.#store.values.noMail;
    if (mayLeave && visit.said.some((each) => each.from === "you")) return this.#put("mail", () => this.#mail());
    if (["ended", "new person", "new closed", "new away", "mail"].includes(this.#parts.tray.dataset.is)) this.#put("", () => []);
    return undefined;
  }

  #put(name, make) {
    const tray = this.#parts.tray;
    if (name && tray.dataset.is === name) return;
    tray.dataset.is = name;
    const hadFocus = tray.contains(this.#context.element.shadowRoot.activeElement);
    tray.replaceChildren(...[make()].flat().filter(Boolean));
    if (hadFocus) (tray.querySelector("input, button") ?? this.#composer).focus();
    if (this.#log.isAtEnd) requestAnimationFrame(() => this.#log.toEnd());
  }

  #clear() {
    this.#put("", () => []);
    this.#composer.focus();
  }

  /** Before the first message: an address where nobody is here to answer, the privacy notice, the page. */
  #before() {
    const { privacy, ask_page: askPage } = this.#config;
    const rows = [];
    this.#parts.email = this.#now.state === "person" ? null : el("div", { class: "card form" }, emailField(this.#words));
    if (this.#parts.email) rows.push(this.#parts.email);
    if (privacy.text) rows.push(el("details", { class: "notice" }, el("summary", {}, this.#words.your_data), privacy.text));
    this.#parts.tick = askPage ? el("input", { type: "checkbox" }) : null;
    if (askPage) rows.push(el("label", { class: "tick notice" }, this.#parts.tick, el("span", {}, this.#words.show_page)));
    return rows;
  }

  #mail() {
    const leave = () => { this.#store.set({ noMail: true }); this.#clear(); };
    const begin = el("button", { class: "link", type: "button", onclick: () => this.#byMail() }, this.#words.by_mail);
    const close = el("button", { class: "round", type: "button", "aria-label": this.#words.close_this, onclick: leave }, icon("close"));
    return el("div", { class: "strip" }, el("p", {}, this.#words.going, " ", begin), close);
  }

  #byMail(done = (text) => this.#notice(text)) {
    this.#mailAsked = true;
    const show = (shown) => { this.#put(`form ${Math.random()}`, () => shown); shown.querySelector("input").focus(); };
    byMail({ visit: this.#visit, words: this.#words, show, close: () => this.#clear(), done });
  }

  #notice(text) {
    this.#put(`notice ${text}`, () => card(this.#words, text, [], () => this.#clear()));
    this.#context.element.show({ isOpen: this.isOpen, unread: 0, announcement: text });
    this.#composer.focus();
  }

  #ended() {
    const renew = el("button", { class: "do strong", type: "button", onclick: () => { this.#visit.renew(); this.#composer.focus(); } }, this.#words.new_chat);
    const transcript = el("button", { class: "do", type: "button", onclick: () => this.#transcript() }, this.#words.transcript);
    return card(this.#words, this.#words.ended, [el("div", { class: "buttons" }, renew, transcript)]);
  }

  async #transcript() {
    if (!this.#visit.email || this.#visit.level !== "verified") { this.#byMail(() => this.#transcript()); return; }
    try {
      await this.#visit.transcript();
      this.#notice(fill(this.#words.transcript_sent, { email: this.#visit.email }));
    } catch (trouble) {
      this.#notice(trouble.title || this.#words.no_answer);
    }
  }

  #askEnd() {
    const sure = form(this.#words, [], this.#words.end_yes, () => this.#visit.end(), () => { this.#put("", () => []); this.#showTray(); });
    this.#put("end", () => card(this.#words, this.#words.end_sure, [sure]));
    sure.querySelector("button").focus();
  }

  #typed(text) {
    this.#store.set({ draft: text });
    if (!this.#config.help || this.#visit.exists) return;
    this.#suggest ??= searcher(this.#suggestions, (found) => this.#showSuggested(found));
    this.#suggest(text);
  }

  #suggest = null;

  #showSuggested(found) {
    this.#parts.suggested?.remove();
    if (!found.length || this.#visit.exists) return;
    this.#parts.suggested = el("section", { class: "card", role: "status", "aria-label": this.#words.maybe }, el("h3", {}, this.#words.maybe), answers(found, this.#config.help));
    this.#parts.tray.prepend(this.#parts.suggested);
  }

  // The menu

  #toggleMenu() {
    const { list, menu } = this.#parts;
    list.hidden = !list.hidden;
    menu.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) return;
    list.replaceChildren(...this.#entries());
    list.firstElementChild.focus();
  }

  #entries() {
    const words = this.#words;
    const entry = (text, what, more = {}) => el("button", { type: "button", onclick: () => { this.#toggleMenu(); what(); }, ...more }, text);
    const made = [];
    const isOn = this.#visit.exists && !this.#visit.hasEnded;
    if (isOn) made.push(entry(words.by_mail, () => this.#byMail()), entry(words.transcript, () => this.#transcript()));
    if (this.#config.ask_page) made.push(entry(words.show_page, () => this.#showPage(!this.#store.values.page), { "aria-pressed": String(Boolean(this.#store.values.page)) }));
    if (isOn) made.push(entry(words.end, () => this.#askEnd()));
    made.push(el("a", { href: this.#config.contact, target: "_blank", rel: "noopener" }, words.contact));
    return made;
  }

  // Writing and reading

  #say(text, files) {
    const who = {};
    const inputs = this.#visit.exists ? [] : [...(this.#parts.email?.querySelectorAll("input") ?? [])];
    for (const input of inputs) {
      if (!input.checkValidity()) { input.setCustomValidity(""); this.#wrong(input); return false; }
      if (input.value.trim()) who[input.name] = input.value.trim();
    }
    const mayShow = this.#parts.tick?.checked;
    this.#visit.say(text, files, who);
    this.#parts.suggested?.remove();
    if (mayShow) this.#showPage(true);
    this.#store.set({ draft: "", isOpen: true });
    return true;
  }

  #wrong(input) {
    this.#parts.email.querySelector(".error")?.remove();
    input.setAttribute("aria-invalid", "true");
    this.#parts.email.append(el("p", { class: "error", role: "alert" }, input.dataset.wrong));
    input.focus();
  }

  #see() {
    if (this.isOpen && !document.hidden && this.#log.isAtEnd) this.#visit.see();
  }

  #changed(what) {
    if (what === "lost") this.#parts.lost = el("p", { class: "notice", role: "status" }, this.#words.lost_chat);
    if (what === "messages" || what === "queue" || what === "read" || what === "visit" || what === "line") {
      this.#showIntro();
      this.#log.show();
      this.#showTray();
    }
    if (what === "now" || what === "visit") this.#showNow();
    if (what === "visit" || what === "lost") this.#renewNow(); // what was told was about a chat that is over
    if (what === "typing") this.#log.showTyping(this.#visit.typing);
    if (what === "line" || what === "queue") this.#showLine();
    if (what === "visit") { this.#sendPage(); this.#announced = Math.min(this.#announced, this.#visit.top); }
    this.#see();
    this.#tell();
  }

  #showLine() {
    const { line } = this.#parts;
    line.hidden = this.#visit.isUp;
    const text = navigator.onLine ? this.#words.lost : this.#words.offline;
    if (!line.hidden && line.textContent !== text) line.textContent = text;
  }

  /** The button shows what nobody has seen, and says it once. */
  #tell() {
    const fresh = this.#visit.said.filter((each) => each.from !== "you" && each.seq > this.#announced);
    const last = fresh.at(-1);
    const announcement = last && !this.isOpen && this.#visit.isKnown ? fill(this.#words.new_message, { name: last.name || this.#config.shop }) : "";
    this.#announced = Math.max(this.#announced, this.#visit.top);
    this.#context.element.show({ isOpen: this.isOpen, unread: this.#visit.unread, announcement });
  }

  // The page the visitor looks at: only when they said yes, without what stands behind its address's question mark

  #showPage(isShown) {
    this.#store.set({ page: isShown });
    this.#sendPage();
  }

  #sendPage() {
    if (!this.#visit.exists || !this.#store.values.page || document.hidden) return;
    const address = location.origin + location.pathname;
    if (this.#store.values.pageSent === address) return;
    this.#store.set({ pageSent: address });
    this.#visit.page(address, document.title.slice(0, 200)).catch(() => {});
  }

  #followPage() {
    window.navigation?.addEventListener("navigatesuccess", () => this.#sendPage());
    addEventListener("popstate", () => this.#sendPage());
    document.addEventListener("visibilitychange", () => this.#sendPage());
    this.#sendPage();
  }
}
