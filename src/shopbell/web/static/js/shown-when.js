// Hides settings that a choice makes meaningless. Without this script all of them are shown.
const parts = document.querySelectorAll("[data-when]");
const update = () => {
  for (const part of parts) part.hidden = document.getElementsByName(part.dataset.when)[0]?.value !== part.dataset.is;
};
document.addEventListener("change", update);
update();
