// Emoji: their names, fetched once; the small picker under the smile.
import { ask } from "./http.js";

const COMMON = "🙂 😊 😀 😅 😉 😍 🤗 🤔 😕 😢 🙏 👍 👌 👏 🙌 👋 💪 ❤️ 💛 🎉 ✨ ⭐ ✅ ❌ ⚠️ ℹ️ 📦 🚚 🎁 🛍️ 🛒 💶 💳 🧾 📅 ⏰ 📞 📧 📎 📷 🔗 🔑".split(" ");
const MOST = 42;
let names = null;

/** [[sign, names], …] */
export function emojiNames(url) {
  names ??= ask(url).then((response) => response.json()).catch(() => { names = null; return []; });
  return names;
}

/** Those whose names have a word that begins as typed; whole names first. */
export function fitting(known, typed, most) {
  const wanted = typed.toLowerCase().replace(/_/g, " ");
  const found = known.filter(([, name]) => name.startsWith(wanted) || name.includes(` ${wanted}`));
  const common = new Set(COMMON);
  return found.sort(([a, one], [b, other]) => Number(common.has(b)) - Number(common.has(a)) || one.length - other.length).slice(0, most);
}

/** Fill the picker when it opens; `put` takes what is chosen. */
export function preparePicker(menu, url, put) {
  const grid = menu.querySelector(".grid");
  const search = menu.querySelector("input");
  const draw = async () => {
    const known = await emojiNames(url);
    const name = new Map(known);
    const shown = search.value.trim() ? fitting(known, search.value.trim(), MOST) : COMMON.map((sign) => [sign, name.get(sign) ?? ""]);
    grid.replaceChildren(...shown.map(([sign, label]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "act";
      button.textContent = sign;
      button.title = label;
      button.setAttribute("aria-label", label || sign);
      button.addEventListener("click", () => { menu.open = false; put(sign); });
      return button;
    }));
  };
  menu.hidden = false;
  menu.addEventListener("toggle", () => { if (menu.open) { search.value = ""; draw(); search.focus(); } });
  search.addEventListener("input", draw);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); grid.querySelector("button")?.click(); } });
}
