// What lies above the composer: forms for the address and its code, questions, suggested articles.
import { el, fill, icon } from "./dom.js";

/** A card that can be closed. `rows` are its content below the heading. */
export function card(words, heading, rows, onclose) {
  const close = onclose && el("button", { class: "round", type: "button", "aria-label": words.close_this, onclick: onclose }, icon("close"));
  return el("section", { class: "card form", "aria-label": heading }, el("div", { class: "top" }, el("h3", {}, heading), close), rows);
}

/** A form that says what is wrong where it is wrong. `ask(values)` may raise Trouble. */
export function form(words, fields, button, ask, onclose) {
  const error = el("p", { class: "error", role: "alert", hidden: true });
  const send = el("button", { class: "do strong" }, button);
  const later = onclose && el("button", { class: "do", type: "button", onclick: onclose }, words.cancel);
  const made = el("form", { class: "card-form", novalidate: true }, fields, error, el("div", { class: "buttons" }, send, later));
  let isBusy = false;
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) return; // a button that is switched off would lose the focus
    const inputs = [...made.elements].filter((each) => each.tagName === "INPUT");
    const wrong = inputs.find((each) => !each.checkValidity());
    for (const input of inputs) input.setAttribute("aria-invalid", String(input === wrong));
    if (wrong) { say(wrong.dataset.wrong); wrong.focus(); return; }
    isBusy = true;
    error.hidden = true;
    try { await ask(Object.fromEntries(new FormData(made))); } catch (trouble) { say(trouble.title || words.no_answer); }
    isBusy = false;
  });
  function say(text) { error.textContent = text; error.hidden = false; }
  return made;
}

export function emailField(words, value = "") {
  return el("label", {}, words.your_mail, el("input", { type: "email", name: "email", required: true, autocomplete: "email", value, "data-wrong": words.mail_wrong }));
}

function nameField(words) {
  return el("label", {}, `${words.your_name} (${words.optional})`, el("input", { type: "text", name: "name", autocomplete: "name", maxlength: 150 }));
}

/** "Get answers by e-mail": first the address, then the code that went there. `show(card)` puts it in place. */
export function byMail({ visit, words, show, close, done }) {
  begin(visit.email);

  function begin(known) {
    const ask = form(words, [emailField(words, known), nameField(words)], words.send_code, async ({ email, name }) => {
      await visit.address(email, name);
      show(code(email));
    }, close);
    show(card(words, words.by_mail, [el("p", {}, words.mail_why), ask], close));
  }

  function code(email) {
    const input = el("input", { type: "text", name: "code", class: "code", inputmode: "numeric", autocomplete: "one-time-code", pattern: "\\s*\\d{3}\\s*\\d{3}\\s*", required: true, "data-wrong": words.code_wrong });
    const again = el("button", { type: "button", class: "link", onclick: () => begin(email) }, words.again);
    const prove = form(words, [el("label", {}, words.code, input), again], words.confirm, async (given) => {
      await visit.prove(email, given.code.replace(/\s/g, ""));
      done(fill(words.mail_done, { email }));
    }, close);
    return card(words, words.by_mail, [el("p", {}, fill(words.code_sent, { email })), prove], close);
  }
}

/** Answers of the help centre as links; they open beside the shop's page. */
export function answers(found, base) {
  return el("ul", { class: "answers" }, found.map(({ title, url }) =>
    el("li", {}, el("a", { href: new URL(url, base).href, target: "_blank", rel: "noopener" }, icon("book"), el("span", {}, title)))));
}

/** Asks the help centre while somebody types; the newest question wins. */
export function searcher(address, show) {
  let timer, asked = "", stop;
  return (text) => {
    const query = text.trim().slice(0, 200);
    clearTimeout(timer);
    if (query === asked) return;
    timer = setTimeout(async () => {
      asked = query;
      stop?.abort();
      stop = new AbortController();
      const url = new URL(address);
      url.searchParams.set("q", query);
      const answer = query.length > 2 ? await fetch(url, { signal: stop.signal, credentials: "omit" }).then((got) => got.json()).catch(() => null) : { results: [] };
      if (answer && asked === query) show((answer.results ?? []).slice(0, 4));
    }, 250);
  };
}
