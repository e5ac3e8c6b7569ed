// Ages grow while one looks at them.
import { fill } from "./http.js";

const MINUTE = 60, HOUR = 3600, DAY = 86400;

/** As `times.age` on the server says it. */
function age(seconds) {
  const words = document.body.dataset;
  if (seconds < MINUTE) return words.now;
  if (seconds < HOUR) return fill(words.minutes, { n: Math.floor(seconds / MINUTE) });
  if (seconds < 2 * DAY) return fill(words.hours, { n: Math.floor(seconds / HOUR) });
  return fill(words.days, { n: Math.floor(seconds / DAY) });
}

function since(instant) {
  return Math.max(0, (Date.now() - Date.parse(instant)) / 1000);
}

export function renew(root = document) {
  for (const time of root.querySelectorAll("time[data-age]")) {
    const seconds = since(time.dateTime);
    const isWait = time.parentElement.dataset.wait;
    if (isWait || seconds < DAY) {
      const text = age(seconds);
      if (time.textContent !== text) time.textContent = text;
    }
    if (isWait) colour(time.parentElement, seconds);
  }
}

function colour(chip, seconds) {
  const { amber, red } = document.body.dataset;
  const urgency = seconds >= Number(red) ? "bad" : seconds >= Number(amber) ? "warn" : "calm";
  if (!chip.classList.contains(urgency)) {
    chip.classList.remove("calm", "warn", "bad");
    chip.classList.add(urgency);
  }
}

setInterval(renew, 20_000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) renew(); });
