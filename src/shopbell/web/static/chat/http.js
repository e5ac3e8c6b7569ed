// Asking the desk: JSON there and back, the visitor's token in a header, never a cookie.

/** The server said no, or nobody answered (`status` 0). `title` is in the visitor's language. */
export class Trouble extends Error {
  constructor(status, { title = "", code = "" } = {}, retryAfter = 0) {
    super(title || String(status));
    Object.assign(this, { status, title, code, retryAfter });
  }

  /** Trying the same again may help. */
  get isPassing() { return this.status === 0 || this.status === 429 || this.status >= 500; }
}

function head(token, language) {
  return { ...(token ? { Authorization: `Bearer ${token}` } : {}), "Accept-Language": language };
}

/** Ask for JSON. Raises Trouble. */
export async function ask(url, { method = "GET", body, token, language = "", signal, keepalive } = {}) {
  const headers = { ...head(token, language), ...(body ? { "Content-Type": "application/json" } : {}) };
  const sent = { method, headers, signal, keepalive, credentials: "omit", cache: "no-store", body: body && JSON.stringify(body) };
  const response = await fetch(url, sent).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Trouble(0);
  });
  const said = await response.json().catch(() => ({}));
  if (!response.ok) throw new Trouble(response.status, said, Number(response.headers.get("Retry-After")) || 0);
  return said;
}

/** Upload one file; `tell` hears the share that has left (0 to 1). Raises Trouble. */
export function upload(url, file, { token, language, tell, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name || "image.png");
    request.open("POST", url);
    for (const [name, value] of Object.entries(head(token, language))) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && tell(event.loaded / event.total);
    request.onerror = () => reject(new Trouble(0));
    request.onload = () => {
      let said = {};
      try { said = JSON.parse(request.responseText); } catch { /* no JSON: the status says enough */ }
      if (request.status < 300) resolve(said);
      else reject(new Trouble(request.status, said, Number(request.getResponseHeader("Retry-After")) || 0));
    };
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

/** Read server-sent events with a token in the header; ends when the line does. Raises Trouble. */
export async function stream(url, { token, language, signal, hear, beat }) {
  const headers = { ...head(token, language), Accept: "text/event-stream" };
  const response = await fetch(url, { headers, signal, credentials: "omit", cache: "no-store" }).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Trouble(0);
  });
  if (!response.ok) throw new Trouble(response.status, await response.json().catch(() => ({})), Number(response.headers.get("Retry-After")) || 0);
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) throw new Trouble(406);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    if (done) return;
    beat();
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) tell(block, hear);
  }
}

function tell(block, hear) {
  const lines = block.split("\n").map((line) => line.split(/: ?(.*)/s, 2));
  const data = lines.filter(([name]) => name === "data").map(([, value]) => value).join("\n");
  const name = lines.find(([field]) => field === "event")?.[1];
  if (name) hear(name, data ? JSON.parse(data) : {});
}
