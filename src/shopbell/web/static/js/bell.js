// The bell: how much is new, told by the server as it happens.
import { announce, ask } from "./http.js";
import { openNumber } from "./timeline.js";

const PAUSE_MS = 150;
let timer = null;

/** Ask for the number anew, soon; many calls are one. */
export function refreshBell() {
  if (!timer && document.getElementById("bell-count")) timer = setTimeout(load, PAUSE_MS);
}

async function load() {
  timer = null;
  const shown = document.getElementById("bell-count");
  const open = document.hidden ? 0 : openNumber();
  const { bell } = shown.closest("a").dataset;
  const response = await ask(open ? `${bell}?open=${open}` : bell).catch(() => null);
  if (!response?.ok) return; // the banner says so
  const before = Number.parseInt(shown.textContent, 10) || 0;
  shown.outerHTML = await response.text();
  const now = document.getElementById("bell-count");
  if ((Number.parseInt(now.textContent, 10) || 0) > before) announce(now.dataset.announce);
}
