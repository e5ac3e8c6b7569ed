// Asking the server for parts of pages.

/** Fetch a part. A session that ended sends the window to the sign-in page. Rejects only when nobody answered. */
export async function ask(url, { method = "GET", body, keepalive = false, headers = {}, signal } = {}) {
  const response = await fetch(url, {
    method, body, keepalive, signal, credentials: "same-origin",
    headers: { "HX-Request": "true", "HX-Current-URL": location.href, "X-CSRFToken": document.body.dataset.csrf, ...headers },
  }).catch((error) => {
    if (error.name !== "AbortError") document.dispatchEvent(new Event("desk:lost"));
    throw error;
  });
  const elsewhere = response.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  return response;
}

/** HTML as a fragment that is not part of the page. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** Put HTML in the place of what an element holds, keeping focus, scroll positions and what is being typed. */
export function morph(element, html) {
  return window.htmx.swap({ text: html, target: element, swap: "innerMorph", sourceElement: element });
}

/** "{n} new" with its values. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

/** Say something to those who do not see the page. */
export function announce(text) {
  const live = document.getElementById("live");
  if (live) { live.textContent = ""; setTimeout(() => { live.textContent = text; }, 50); }
}
