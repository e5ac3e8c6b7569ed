// On the shop's page:
//   <script src="https://desk.example/static/js/contact-form-embed.js" data-shop="my-shop" async></script>
// puts the contact form where the script stands, in the page's language; dark only where the page itself can be dark.
// data-lang, data-theme (light or dark), data-title and data-order (fills in an order number) say it by hand.
(() => {
  const script = document.currentScript;
  const { shop, lang, theme, order, title } = script.dataset;
  const desk = new URL(script.src).origin;
  const address = new URL(`/contact/${encodeURIComponent(shop)}/embed/`, desk);
  const canBeDark = getComputedStyle(document.documentElement).colorScheme.includes("dark");
  const query = { lang: lang || document.documentElement.lang, theme: theme || (canBeDark ? "" : "light"), order };
  for (const [name, value] of Object.entries(query)) if (value) address.searchParams.set(name, value);
  const frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = title || "Contact";
  Object.assign(frame.style, { display: "block", width: "100%", height: "48rem", border: "0" });
  script.after(frame);
  addEventListener("message", (event) => {
    if (event.source === frame.contentWindow && event.origin === desk && event.data?.shopbell === "contact-height") {
      frame.style.height = `${Math.max(200, Number(event.data.height) || 0)}px`;
    }
  });
})();
