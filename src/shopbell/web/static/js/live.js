// The line to the server: what happens elsewhere shows here within a second, and a broken line shows too.
import { forget } from "./ahead.js";
import { refreshBell } from "./bell.js";
import { refreshList } from "./places.js";
import { openNumber, refreshTalk } from "./timeline.js";
import { hearPresence, sayPresence } from "./presence.js";
import { hearGuest } from "./guests.js";

const PATIENCE_MS = 3_000; // a short break is nobody's concern
const AGAIN_MS = 10_000;
const LOST_MS = 2_000;
const SILENCE_MS = 40_000; // the server says something every 15 seconds
const HIDDEN_MS = 30_000; // browsers allow few lines to one server: a tab nobody sees gives its own back
const { live, after } = document.body.dataset;
const banner = document.getElementById("line-down");
let source = null;
let last = after;
let worry = null;
let retry = null;
let rest = null;
let wasDown = false;
let heardAt = Date.now();

function connect() {
  clearTimeout(retry);
  source?.close();
  source = new EventSource(last ? `${live}?after=${last}` : live);
  source.addEventListener("open", up);
  source.addEventListener("error", () => {
    worry ??= setTimeout(down, PATIENCE_MS);
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, AGAIN_MS);
  });
  source.addEventListener("change", (event) => {
    up();
    last = event.lastEventId || last;
    changed(JSON.parse(event.data));
  });
  source.addEventListener("notices", refreshBell);
  source.addEventListener("orders", (event) => { if (JSON.parse(event.data).conversation === openNumber()) refreshTalk(); });
  source.addEventListener("presence", (event) => hearPresence(JSON.parse(event.data)));
  source.addEventListener("visitor", (event) => hearGuest(JSON.parse(event.data)));
  source.addEventListener("reset", (event) => { last = event.lastEventId || last; up(); renewAll(); });
  source.addEventListener("down", () => { heardAt = Date.now(); down(); });
  source.addEventListener("up", up);
  source.addEventListener("beat", () => { heardAt = Date.now(); });
}

function restWhileHidden() {
  clearTimeout(rest);
  if (document.hidden) rest = setTimeout(hangUp, HIDDEN_MS);
  else if (!source) { heardAt = Date.now(); connect(); }
}

function hangUp() {
  clearTimeout(retry);
  clearTimeout(worry);
  worry = null;
  source?.close();
  source = null;
}

/** A line can die without a word, as when a laptop slept. */
function listenForSilence() {
  if (!source || Date.now() - heardAt < SILENCE_MS) return;
  heardAt = Date.now();
  down();
  connect();
}

function changed({ conversation }) {
  refreshList();
  forget(conversation);
  if (conversation && conversation === openNumber()) refreshTalk();
}

function renewAll() {
  forget();
  refreshBell();
  refreshList();
  refreshTalk();
}

function up() {
  heardAt = Date.now();
  clearTimeout(worry);
  worry = null;
  if (!wasDown) return;
  wasDown = false;
  banner.hidden = true;
  renewAll();
  sayPresence();
}

function down() {
  wasDown = true;
  banner.hidden = false;
}

/** A request was not answered though the line seems to stand: what is shown is old, so begin anew. */
function lost() {
  down();
  clearTimeout(retry);
  retry = setTimeout(connect, LOST_MS);
}

if (live && banner) {
  banner.querySelector("[data-reconnect]").addEventListener("click", connect);
  document.addEventListener("desk:lost", lost);
  document.addEventListener("visibilitychange", restWhileHidden);
  addEventListener("offline", down);
  addEventListener("online", connect);
  addEventListener("pagehide", () => source?.close());
  setInterval(listenForSilence, 5_000);
  addEventListener("pageshow", (event) => { if (event.persisted) { connect(); renewAll(); } });
  connect();
}
