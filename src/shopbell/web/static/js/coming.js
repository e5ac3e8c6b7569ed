// What is pressed while another conversation comes waits for that one: with the one still shown it would be done by
// mistake, and the words of an answer would be commands.
const coming = new Set(); // requests whose answer takes the place of what is open
let waiting = [];

export const isTyping = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

const isForWork = (ctx) => ctx.target?.id === "work" || ctx.target === "#work";
const isRead = (ctx) => ctx.request.method === "GET";

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (!isForWork(ctx)) return;
  for (const earlier of [...coming].filter(isRead)) {
    coming.delete(earlier);
    waiting = []; // it was meant for that one
  }
  coming.add(ctx);
});

// What was asked for last is shown, in whatever order the answers come.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (isForWork(ctx) && isRead(ctx) && !coming.has(ctx)) event.preventDefault();
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (ctx.hx?.redirect || !coming.delete(ctx)) return; // with a redirect the whole page goes
  if (ctx.status !== "swapped") waiting = []; // it did not come
  while (waiting.length && !coming.size) again(waiting.shift());
});

document.addEventListener("keydown", (event) => {
  if (!coming.size || document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]") || !isMeant(event.key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  waiting.push(event.key);
}, true);

/** A command or, after one, a letter; who goes on through the list is not held up. */
function isMeant(key) {
  return waiting.length ? key.length === 1 || key === "Enter" : key.length === 1 && !/[jk ]/i.test(key);
}

/** As if it were pressed now; letters go where one of the keys before them has put the caret. */
function again(key) {
  const place = document.activeElement ?? document.body;
  if (!isTyping(place)) place.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  else if (key.length === 1) document.execCommand("insertText", false, key);
}
