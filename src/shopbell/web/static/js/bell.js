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
  ring(Number(now.dataset.sound));
  if ((Number.parseInt(now.textContent, 10) || 0) > before) announce(now.dataset.announce);
}

/** A short sound for the newest thing the agent wants to hear of; once, in one of the open pages. */
function ring(newest) {
  if (newest <= Number(localStorage.getItem("rang") ?? 0)) return;
  localStorage.setItem("rang", newest);
  const audio = new AudioContext();
  const volume = new GainNode(audio, { gain: 0.15 });
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.8);
  const tone = new OscillatorNode(audio, { frequency: 1046.5 });
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.8);
}
