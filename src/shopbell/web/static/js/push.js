// The switch for pushed notifications of this browser.

const box = document.getElementById("push-here");
const say = (name) => { box.querySelector("[role=status]").textContent = box.dataset[name] ?? ""; };
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

function tell(subscription) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": document.body.dataset.csrf };
  return fetch(box.dataset.url, { method: "POST", headers, body: JSON.stringify(subscription) });
}

async function switchOn() {
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  const registration = await navigator.serviceWorker.register(box.dataset.worker, { scope: "/desk/" });
  await navigator.serviceWorker.ready.catch(() => null);
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(box.dataset.key),
  });
  const answer = await tell(subscription.toJSON());
  if (!answer.ok) throw new Error(String(answer.status));
  show(true);
  return say("on");
}

async function switchOff() {
  const registration = await navigator.serviceWorker.getRegistration("/desk/");
  const subscription = await registration?.pushManager.getSubscription();
  if (subscription) {
    await tell({ endpoint: subscription.endpoint });
    await subscription.unsubscribe();
  }
  show(false);
  say("off");
}

function show(isOn) {
  box.querySelector("[data-on]").hidden = isOn;
  box.querySelector("[data-off]").hidden = !isOn;
}

async function begin() {
  if (!("serviceWorker" in navigator && "PushManager" in window)) return say("unable");
  const registration = await navigator.serviceWorker.getRegistration("/desk/");
  show(Boolean(await registration?.pushManager.getSubscription()));
  box.querySelector("[data-on]").addEventListener("click", () => switchOn().catch(() => say("failed")));
  box.querySelector("[data-off]").addEventListener("click", () => switchOff().catch(() => say("failed")));
  return undefined;
}

if (box) begin();
