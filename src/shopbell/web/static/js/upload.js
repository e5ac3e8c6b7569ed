// One file to the server, with its progress.

/** Resolves to { html } with the list of the draft's files, or { problem } with the server's words (maybe none). */
export function upload(url, file, { kind, inside }, place) {
  const body = new FormData();
  body.set("kind", kind);
  if (inside) body.set("inside", "1");
  body.set("files", file, file.name);
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  place.replaceChildren(bar);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("X-CSRFToken", document.body.dataset.csrf);
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
    request.addEventListener("loadend", () => {
      bar.remove();
      if (request.status === 200) resolve({ html: request.responseText });
      else resolve({ problem: request.status === 422 ? request.responseText : "" });
    });
    request.send(body);
  });
}
