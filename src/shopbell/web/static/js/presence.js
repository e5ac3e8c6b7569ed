// Who else is here. It informs; nothing is ever locked.
import { fill } from "./http.js";
import { openNumber, openTalk } from "./timeline.js";

const REPEAT_MS = 15_000;
const TYPING_MS = 6_000;
const { presence, csrf, me } = document.body.dataset;
const others = new Map(); // conversation → people
let here = 0;
let state = "viewing";
let calm = null;

function say(conversation, what) {
  if (!presence || !conversation) return;
  const form = new FormData();
  form.set("csrfmiddlewaretoken", csrf);
  form.set("conversation", conversation);
  form.set("state", what);
  navigator.sendBeacon(presence, form);
}

/** Tell the others where one is now, and that one left the place before. */
export function sayPresence() {
  const now = document.hidden ? 0 : openNumber();
  if (here && here !== now) say(here, "gone");
  if (here !== now) state = "viewing";
  here = now;
  say(here, state);
  show();
}

/** Of a note only the colleagues hear: no visitor of a chat is to wait for it. */
export function typing(kind) {
  clearTimeout(calm);
  calm = setTimeout(() => { state = "viewing"; say(here, state); }, TYPING_MS);
  const now = kind === "reply" ? "typing" : "noting";
  if (state !== now) { state = now; say(here, state); }
}

export function hearPresence({ conversation, people }) {
  others.set(conversation, people.filter((person) => String(person.id) !== me));
  if (conversation === openNumber()) show();
}

function show() {
  const place = openTalk()?.querySelector(".presence");
  if (!place) return;
  const people = others.get(openNumber()) ?? [];
  const words = place.closest("desk-composer").dataset;
  const writing = people.filter((person) => ["typing", "noting"].includes(person.state));
  const names = (some) => some.map((person) => person.name).join(", ");
  let text = "";
  if (writing.length) text = fill(words.typing, { names: names(writing) });
  else if (people.length) text = fill(people.length === 1 ? words.viewing : words.viewingMany, { names: names(people) });
  if (place.textContent !== text) place.textContent = text;
}

setInterval(sayPresence, REPEAT_MS);
document.addEventListener("visibilitychange", sayPresence);
document.addEventListener("htmx:after:swap", () => { if (openNumber() !== here) sayPresence(); else show(); });
addEventListener("pagehide", () => say(here, "gone"));
sayPresence();
