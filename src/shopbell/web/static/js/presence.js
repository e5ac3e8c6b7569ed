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

export function typing() {
  clearTimeout(calm);
  calm = setTimeout(() => { state = "viewing"; say(here, state); }, TYPING_MS);
  if (state !== "typing") { state = "typing"; say(here, state); }
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
  const writing = people.filter((person) => person.state === "typing");
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
