// The conversation that is likely to be opened next is fetched beforehand, so that it stands there at once.
import { openNumber, refreshTalk } from "./timeline.js";

const CALM_MS = 300; // who hurries through the list is not slowed down by what they pass
const GOOD_MS = 120_000;
let ahead = null; // { number, address, answer, until }
let timer = null;
let taken = null; // the number of the conversation that was shown from here

/** Fetch soon what a row leads to. It stays unread, and only one is kept. */
export function lookAhead(row) {
  clearTimeout(timer);
  ahead = null;
  if (row && !document.hidden) timer = setTimeout(look, CALM_MS, row);
}

function look(row) {
  const link = row.querySelector(":scope > a");
  if (!row.isConnected || !link) return;
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
  const answer = fetch(`${link.href}&peek=1`, { credentials: "same-origin", headers });
  ahead = { number: Number(row.id.slice(4)), address: link.href, answer, until: Date.now() + GOOD_MS };
  answer.then((response) => { if (!response.ok || response.headers.has("HX-Redirect")) forget(); }, forget);
}

/** Something changed there, or (without a number) perhaps everywhere. */
export function forget(number) {
  if (typeof number !== "number" || ahead?.number === number) ahead = null;
}

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.target?.id !== "work" && ctx.target !== "#work") return;
  const known = ahead;
  ahead = taken = null;
  const isThat = known && ctx.request.method === "GET" && new URL(ctx.request.action, location.href).href === known.address;
  if (!isThat || Date.now() > known.until) return;
  taken = known.number;
  ctx.fetch = () => known.answer;
});

// What was fetched beforehand counts as opened now, and is brought up to date.
document.addEventListener("htmx:after:swap", () => {
  if (!taken || openNumber() !== taken) return;
  taken = null;
  refreshTalk({ isOpened: true });
});
