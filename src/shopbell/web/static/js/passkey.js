// Passkeys and security keys (WebAuthn): the browser asks for the key, the form carries its answer.

const encode = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function options(form) {
  const source = form.dataset.options;
  if (!source) return JSON.parse(document.getElementById("passkey-options").textContent);
  const answer = await fetch(source, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok) throw new Error("no options");
  return answer.json();
}

async function create(form) {
  const { publicKey } = (await options(form)).creation_options;
  const alone = form.elements.passwordless?.checked;
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone ? { userVerification: "required" } : {}),
  };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
}

async function get(form) {
  const { publicKey } = (await options(form)).request_options;
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
}

/** Keys belong to a name: at a bare number (http://127.0.0.1) and without encryption browsers have none. */
const isPossible = () => window.isSecureContext && !/^[\d.]+$|^\[/.test(location.hostname);

async function use(form) {
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  if (!isPossible()) {
    failed.textContent = failed.dataset.impossible;
    failed.hidden = false;
    return;
  }
  try {
    const credential = await (form.dataset.passkey === "create" ? create(form) : get(form));
    form.elements.credential.value = JSON.stringify(credential.toJSON ? credential.toJSON() : { id: credential.id, rawId: encode(credential.rawId) });
    form.submit();
  } catch {
    failed.textContent = failed.dataset.failed;
    failed.hidden = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
  form.hidden = false;
  form.querySelector("button[type=button]").addEventListener("click", () => use(form));
  form.addEventListener("submit", (event) => { event.preventDefault(); use(form); });
}
