// On the shop's page:
//   <script src="https://desk.example/static/js/contact-form-embed.js" data-shop="my-shop" async></script>
// puts the contact form where the script stands. The form's language is the page's; data-order fills in an order number.
(() => {
  const script = document.currentScript;
  const desk = new URL(script.src).origin;
  const address = new URL(`/contact/${encodeURIComponent(script.dataset.shop)}/embed/`, desk);
  const language = script.dataset.lang || document.documentElement.lang;
  if (language) address.searchParams.set("lang", language);
  if (script.dataset.order) address.searchParams.set("order", script.dataset.order);
  const frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = script.dataset.title || "Contact";
  Object.assign(frame.style, { width: "100%", border: "0", height: "48rem", display: "block", colorScheme: "light dark" });
  script.after(frame);
  addEventListener("message", (event) => {
    if (event.source === frame.contentWindow && event.origin === desk && event.data?.shopbell === "contact-height") {
      frame.style.height = `${Math.max(200, Number(event.data.height) || 0)}px`;
    }
  });
})();
