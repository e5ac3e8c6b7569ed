import { createHmac, randomUUID } from "node:crypto"

export type Changed = { kind: "order" | "product" | "customer"; id: string; gone: boolean }

const TIMEOUT_MS = 10_000
const PAUSES_MS = [0, 2_000, 15_000]

/** Tells Shopbell what changed: a signed hint (Standard Webhooks 1.0), never the data. What it needs it fetches. */
export async function tell(changed: Changed[]): Promise<void> {
  const address = process.env.SHOPBELL_ADDRESS
  const secret = process.env.SHOPBELL_SECRET
  if (!address || !secret || !changed.length) return
  for (const pause of PAUSES_MS) {
    await new Promise((resolve) => setTimeout(resolve, pause))
    if (await push(address, secret, changed)) return
  }
  // What was never taken is read by the desk itself within ten minutes.
}

async function push(address: string, secret: string, changed: Changed[]): Promise<boolean> {
  const at = new Date()
  const id = `msg_${randomUUID()}`
  const stamp = Math.floor(at.getTime() / 1000)
  const body = JSON.stringify({ type: "shop.changed", timestamp: at.toISOString(), data: { changed } })
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64")
  const signature = "v1," + createHmac("sha256", key).update(`${id}.${stamp}.${body}`).digest("base64")
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(stamp),
        "webhook-signature": signature,
      },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return answer.ok
  } catch {
    return false
  }
}
