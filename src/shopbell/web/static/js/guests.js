// Visitors of chats: whether they are there, write, what they look at, how far they have read; told as it happens.
import { openNumber, openTalk } from "./timeline.js";
import { toast } from "./toasts.js";

const guests = new Map(); // conversation → what was said last

export function hearGuest(said) {
  guests.set(said.conversation, said);
  mark(said.conversation);
  if (said.conversation === openNumber()) show();
}

/** The chats above the list, and its rows. */
function mark(number) {
  const isHere = Boolean(guests.get(number)?.is_here);
  const isTyping = Boolean(guests.get(number)?.is_typing);
  for (const place of document.querySelectorAll(`[data-chat="${number}"], #row-${number}`)) {
    place.classList.toggle("here", isHere);
    place.classList.toggle("writes", isTyping);
  }
}

function show() {
  const said = guests.get(openNumber());
  const chip = document.getElementById("guest");
  if (!said || !chip) return;
  const { here, gone, writes } = chip.dataset;
  const text = said.is_typing ? writes : said.is_here ? here : gone;
  chip.classList.toggle("ok", said.is_here);
  chip.classList.toggle("calm", !said.is_here);
  chip.classList.toggle("writes", said.is_typing);
  if (chip.textContent !== text) chip.textContent = text;
  showRead(Math.max(said.read_seq, Number(chip.dataset.read)));
  if (said.page) showPage(said.page);
}

/** The newest of our messages they have read carries the mark. */
function showRead(top) {
  const numbered = [...(openTalk()?.querySelectorAll("article[data-seq]") ?? [])];
  const newest = numbered.findLast((each) => Number(each.dataset.seq) <= top);
  for (const each of numbered) {
    const sign = each.querySelector(".read-mark");
    if (sign) sign.hidden = each !== newest;
  }
}

function showPage({ url, title }) {
  const place = document.querySelector("#guest-card [data-page]");
  if (!place || !/^https?:/.test(url)) return;
  const link = place.querySelector("a");
  link.href = url;
  link.textContent = title || url;
  place.hidden = false;
}

/** The row of chats above the list knows which is open, and that it is read by that. */
function markOpen() {
  for (const link of document.querySelectorAll(".chats-now [data-chat]")) {
    const isOpen = Number(link.dataset.chat) === openNumber();
    if (!isOpen) { link.removeAttribute("aria-current"); continue; }
    link.setAttribute("aria-current", "true");
    link.classList.remove("new");
    link.querySelector(".unread")?.remove();
  }
}

/** Open the next chat with something unread: of the others the first, for it has waited longest. From the open one
    onwards would skip others, as that one goes down the row when it is answered. */
function openNext(words) {
  const unread = [...document.querySelectorAll(".chats-now .new")];
  const target = unread.find((link) => Number(link.dataset.chat) !== openNumber());
  if (target) target.click();
  else toast(words, false);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-next-chat]");
  if (button) openNext(button.dataset.none);
});
document.addEventListener("htmx:after:swap", () => {
  for (const number of guests.keys()) mark(number);
  markOpen();
  show();
});
markOpen(); // as in places.js
