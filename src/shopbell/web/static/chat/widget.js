// On the shop's page:
//   <script async src="https://desk.example/chat/KEY/widget.js"></script>
// puts a button into the corner. Nothing else is fetched before somebody opens the chat, or has written before.
// data-language, data-vouch, data-theme (light, dark), data-position (left, right) say by hand what is guessed else.
(() => {
  const given = {}; // the server's: where the parts are, the shop's colours, the words of the button
  const script = document.currentScript || document.querySelector(`script[src*="/chat/${given.key}/widget.js"]`);
  if (!script || !("adoptedStyleSheets" in Document.prototype) || customElements.get("shopbell-chat")) return;
  const { language: wanted, vouch, theme, position } = script.dataset;
  const asked = [wanted, document.documentElement.lang, ...(navigator.languages || [])];
  const known = asked.map((tag) => (tag || "").slice(0, 2).toLowerCase()).find((code) => given.words[code]);
  const language = known || given.language;
  const words = given.words[language];
  const desk = new URL(script.src).origin;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  class Chat extends HTMLElement {
    unread = 0;

    connectedCallback() {
      if (this.shadowRoot) return;
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(given.style);
      root.adoptedStyleSheets = [sheet];
      this.dataset.position = position || given.position;
      this.style.setProperty("--given-accent", given.accent);
      this.style.setProperty("--given-on-accent", given.on_accent);
      this.button = this.make();
      this.said = Object.assign(document.createElement("div"), { className: "said" });
      this.said.setAttribute("role", "status");
      root.append(this.button, this.said);
      if (this.wroteBefore()) this.load().catch(() => {});
      dark.addEventListener("change", () => this.panel?.dress(this.theme));
    }

    make() {
      const button = document.createElement("button");
      button.className = "launch";
      button.type = "button";
      button.lang = language;
      button.append(picture("bell", "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5zM8.5 8.7h7M8.5 11.7h4.5"));
      button.append(picture("down", "m6 9.5 6 6 6-6"));
      this.badge = Object.assign(document.createElement("span"), { className: "unread", hidden: true });
      this.badge.setAttribute("aria-hidden", "true");
      button.append(this.badge);
      button.setAttribute("aria-expanded", "false");
      button.setAttribute("aria-label", words.open);
      button.addEventListener("click", () => (this.panel?.isOpen ? this.close() : this.open()));
      return button;
    }

    /** Dark where the page itself can be dark, or where the script's tag says so. */
    get theme() {
      const canBeDark = getComputedStyle(document.documentElement).colorScheme.includes("dark");
      return theme === "dark" || (theme !== "light" && canBeDark && dark.matches) ? "dark" : "light";
    }

    get context() {
      return { element: this, base: `${desk}/chat/${given.key}/`, language, vouch, given };
    }

    wroteBefore() {
      try { return Boolean(localStorage.getItem(`shopbell-chat:${given.key}`)); } catch { return false; }
    }

    /** The parts, once; a failed try may be made again. */
    load() {
      this.loading ??= import(new URL(given.panel, desk).href)
        .then(({ makePanel }) => makePanel(this.context))
        .then((panel) => { this.panel = panel; panel.dress(this.theme); })
        .catch((error) => { this.loading = null; throw error; });
      return this.loading;
    }

    /** Open the chat. */
    async open() {
      this.button.setAttribute("aria-busy", "true");
      try {
        await this.load();
        this.panel.open();
      } catch {
        location.assign(given.contact); // a person can be reached without all this
      } finally {
        this.button.removeAttribute("aria-busy");
      }
    }

    /** Close it; the conversation goes on. */
    close() {
      this.panel?.close();
    }

    /** What the panel tells: open or not, and how many answers nobody has seen. */
    show({ isOpen, unread, announcement }) {
      this.button.setAttribute("aria-expanded", String(isOpen));
      this.badge.hidden = isOpen || !unread;
      this.badge.textContent = unread > 9 ? "9+" : unread;
      const count = unread === 1 ? words.one : words.other.replace("{n}", unread);
      this.button.setAttribute("aria-label", isOpen ? words.close : unread ? `${words.open}, ${count}` : words.open);
      if (announcement) { this.said.textContent = ""; setTimeout(() => { this.said.textContent = announcement; }, 60); }
    }
  }

  function picture(name, path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", name);
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  customElements.define("shopbell-chat", Chat);
  const put = () => document.querySelector("shopbell-chat") || document.body.append(document.createElement("shopbell-chat"));
  if (document.body) put();
  else addEventListener("DOMContentLoaded", put);
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-shopbell-open]"); // any link or button of the shop's may open it
    if (opener) { event.preventDefault(); document.querySelector("shopbell-chat").open(); }
  });
})();
