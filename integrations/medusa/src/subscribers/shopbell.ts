import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"

import { tell, type Changed } from "../lib/shopbell"

type Told = { id?: string; order_id?: string }

/** Which order, product or customer an event is about. */
export default async function shopbell({ event, container }: SubscriberArgs<Told | Told[]>) {
  const query = container.resolve(ContainerRegistrationKeys.QUERY)
  const told = Array.isArray(event.data) ? event.data : [event.data]
  const changed: Changed[] = []
  for (const { id, order_id } of told) {
    const kind = event.name.split(".")[0]
    if (kind === "order" && (order_id ?? id)) changed.push({ kind, id: (order_id ?? id)!, gone: false })
    else if ((kind === "product" || kind === "customer") && id)
      changed.push({ kind, id, gone: event.name.endsWith(".deleted") })
    else if (id) changed.push(...(await ordersBehind(query, kind, id)))
  }
  await tell(changed)
}

/** Shipments, deliveries and payments are told of by ids of their own. */
async function ordersBehind(query: any, kind: string, id: string): Promise<Changed[]> {
  const found =
    kind === "payment"
      ? await query.graph({ entity: "payment", fields: ["payment_collection.order.id"], filters: { id } })
      : await query.graph({ entity: "fulfillment", fields: ["order.id"], filters: { id } })
  return found.data
    .map((one: any) => one.order?.id ?? one.payment_collection?.order?.id)
    .filter(Boolean)
    .map((order: string) => ({ kind: "order", id: order, gone: false }))
}

export const config: SubscriberConfig = {
  event: [
    "order.placed",
    "order.updated",
    "order.canceled",
    "order.completed",
    "order.fulfillment_created",
    "order.fulfillment_canceled",
    "order.return_requested",
    "order.return_received",
    "shipment.created",
    "delivery.created",
    "payment.captured",
    "payment.refunded",
    "product.created",
    "product.updated",
    "product.deleted",
    "customer.created",
    "customer.updated",
    "customer.deleted",
  ],
  context: { subscriberId: "shopbell" },
}
