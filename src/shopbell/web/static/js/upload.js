// One file to the server, with its progress and a way to stop it.

/** Resolves to { html } with the list of the draft's files, { problem } with the server's words (maybe none), or { stopped }. */
export function upload(url, file, { kind, draft, inside }, place, cancelWord) {
  const body = new FormData();
  body.set("kind", kind);
  body.set("draft", draft ?? "");
  if (inside) body.set("inside", "1");
  body.set("files", file, file.name);
  const request = new XMLHttpRequest();
  const row = progress(file, cancelWord, () => request.abort());
  place.append(row);
  return new Promise((resolve) => {
    request.open("POST", url);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("X-CSRFToken", document.body.dataset.csrf);
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) row.querySelector("progress").value = event.loaded / event.total; });
    request.addEventListener("abort", () => resolve({ stopped: true }));
    request.addEventListener("loadend", () => {
      row.remove();
      if (request.status === 200) resolve({ html: request.responseText });
      else resolve({ problem: request.status === 422 ? request.responseText : "" });
    });
    request.send(body);
  });
}

function progress(file, cancelWord, stop) {
  const row = document.createElement("span");
  row.className = "uploading";
  const name = document.createElement("span");
  name.className = "name";
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "linkish";
  button.textContent = cancelWord;
  button.addEventListener("click", stop);
  row.append(name, bar, button);
  return row;
}
