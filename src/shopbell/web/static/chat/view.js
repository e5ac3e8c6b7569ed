// The part of the window that can be seen: less than the window while a phone shows its keyboard. And where the panel
// is all of it, the keyboard's focus stays in it: what lies behind cannot be seen.

/** On a phone the panel fills what the keyboard leaves: its sheet reads --view and --view-top. */
export function followView(element) {
  const view = window.visualViewport;
  if (!view) return;
  const follow = () => {
    element.style.setProperty("--view", `${view.height}px`);
    element.style.setProperty("--view-top", `${view.offsetTop}px`);
  };
  view.addEventListener("resize", follow);
  view.addEventListener("scroll", follow);
}

/** Tab goes from the panel's last element to its first, and back. */
export function keepFocus(panel, event) {
  const all = [...panel.querySelectorAll("button, input, textarea, summary, a[href], [tabindex='0']")]
    .filter((each) => !each.disabled && each.tabIndex >= 0 && each.checkVisibility());
  const [from, to] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
  if (panel.getRootNode().activeElement !== from) return;
  event.preventDefault();
  to.focus();
}
