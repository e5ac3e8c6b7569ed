// Shows pushed notifications, also when no page of the desk is open. A message holds a number; the words are asked for.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function words(id) {
  const plain = { title: "Shopbell", body: "", url: "/desk/notifications/" };
  try {
    const answer = await fetch(`/desk/notifications/${id}/words/`, { credentials: "same-origin", redirect: "error" });
    return answer.ok ? await answer.json() : plain;
  } catch {
    return plain;
  }
}

async function show(id) {
  const open = await self.clients.matchAll({ type: "window" });
  const { title, body, url } = await words(id);
  if (open.some((client) => client.focused && new URL(client.url).pathname === url)) return;
  await self.registration.showNotification(title, { body, tag: `n${id}`, data: url, icon: "/static/img/bell.svg" });
}

self.addEventListener("push", (event) => event.waitUntil(show(event.data?.json().id ?? 0)));

async function open(url) {
  const pages = await self.clients.matchAll({ type: "window" });
  const page = pages.find((client) => new URL(client.url).pathname.startsWith("/desk/"));
  if (!page) return self.clients.openWindow(url);
  await page.focus().catch(() => null); // a press that was long ago may not bring a window to the front, but it still leads there
  return page.navigate(url).catch(() => self.clients.openWindow(url));
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});
