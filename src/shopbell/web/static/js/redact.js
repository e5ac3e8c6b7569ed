// What is marked in a message stands in the form that removes it. It never goes into an address.
import { openDialog } from "./dialogs.js";

let marked = { text: "", talk: "" }; // kept, for a press on the menu ends the marking

function talkOf(node) {
  const element = node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement;
  return element?.closest("article.msg") ? element.closest("main.talk")?.dataset.conversation ?? "" : "";
}

function mark() {
  const selection = document.getSelection();
  const text = selection?.toString().trim() ?? "";
  const talk = text ? talkOf(selection.anchorNode) : "";
  if (talk && talk === talkOf(selection.focusNode)) marked = { text, talk };
  else if (text) marked = { text: "", talk: "" };
}
document.addEventListener("selectionchange", mark);

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-redact]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.closest("details")?.removeAttribute("open");
  mark(); // a key may be quicker than the event
  const { text, talk } = marked;
  const isHere = talk === document.querySelector("main.talk")?.dataset.conversation;
  const dialog = await openDialog(link.href);
  const field = dialog?.querySelector("#redact-passage");
  if (field && text && isHere) field.value = text;
});

// What was removed stands nowhere on the page once the form is closed.
document.getElementById("dialog")?.addEventListener("close", (event) => {
  marked = { text: "", talk: "" };
  if (event.target.querySelector("#redact-passage, .passage")) document.getElementById("dialog-body").replaceChildren();
});
