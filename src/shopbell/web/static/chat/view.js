// The part of the window that can be seen: less than the window while a phone shows its keyboard.

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
