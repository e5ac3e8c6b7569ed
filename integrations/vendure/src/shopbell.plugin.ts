import { createHmac, randomUUID } from 'node:crypto';

import { Inject, OnApplicationBootstrap } from '@nestjs/common';
import {
    CustomerEvent,
    EventBus,
    Fulfillment,
    FulfillmentStateTransitionEvent,
    ID,
    JobQueue,
    JobQueueService,
    OrderEvent,
    OrderStateTransitionEvent,
    PaymentStateTransitionEvent,
    PluginCommonModule,
    ProductEvent,
    ProductVariantEvent,
    RefundStateTransitionEvent,
    TransactionalConnection,
    Type,
    VendurePlugin,
} from '@vendure/core';

export interface ShopbellOptions {
    /** Where Shopbell takes pushes: its page of the connection shows the address. */
    address: string;
    /** whsec_ and base 64, the same as in Shopbell. */
    secret: string;
}
type Changed = { kind: 'order' | 'product' | 'customer'; id: string; gone: boolean };

const OPTIONS = Symbol('SHOPBELL_OPTIONS');
const RETRIES = 5;
const TIMEOUT_MS = 10_000;

/** Tells Shopbell what changed: a signed hint (Standard Webhooks 1.0), never the data. What it needs it fetches. */
@VendurePlugin({
    imports: [PluginCommonModule],
    providers: [{ provide: OPTIONS, useFactory: () => ShopbellPlugin.options }],
    compatibility: '^3.0.0',
})
export class ShopbellPlugin implements OnApplicationBootstrap {
    static options: ShopbellOptions;
    private queue: JobQueue<Changed>;

    constructor(
        @Inject(OPTIONS) private options: ShopbellOptions,
        private bus: EventBus,
        private jobs: JobQueueService,
        private connection: TransactionalConnection,
    ) {}

    static init(options: ShopbellOptions): Type<ShopbellPlugin> {
        this.options = options;
        return ShopbellPlugin;
    }

    /** Events come when their transaction is written; the job queue keeps what the desk did not take. */
    async onApplicationBootstrap() {
        this.queue = await this.jobs.createQueue({ name: 'shopbell', process: job => this.push(job.data) });
        for (const event of [OrderStateTransitionEvent, PaymentStateTransitionEvent, RefundStateTransitionEvent]) {
            this.bus.ofType<any>(event as any).subscribe(({ order }) => this.tell('order', order.id));
        }
        this.bus.ofType(OrderEvent).subscribe(({ order }) => order.orderPlacedAt && this.tell('order', order.id));
        this.bus.ofType(FulfillmentStateTransitionEvent).subscribe(async ({ ctx, fulfillment }) => {
            const found = await this.connection.getEntityOrThrow(ctx, Fulfillment, fulfillment.id, {
                relations: { orders: true },
            });
            found.orders.forEach(order => this.tell('order', order.id));
        });
        this.bus.ofType(ProductEvent).subscribe(({ entity, type }) => this.tell('product', entity.id, type === 'deleted'));
        this.bus.ofType(ProductVariantEvent).subscribe(({ entity }) =>
            new Set(entity.map(variant => variant.productId)).forEach(id => this.tell('product', id)),
        );
        this.bus.ofType(CustomerEvent).subscribe(({ entity, type }) => this.tell('customer', entity.id, type === 'deleted'));
    }

    private async tell(kind: Changed['kind'], id: ID, gone = false) {
        await this.queue.add({ kind, id: String(id), gone }, { retries: RETRIES });
    }

    private async push(changed: Changed) {
        const at = new Date();
        const id = `msg_${randomUUID()}`;
        const stamp = Math.floor(at.getTime() / 1000);
        const body = JSON.stringify({ type: 'shop.changed', timestamp: at.toISOString(), data: { changed: [changed] } });
        const key = Buffer.from(this.options.secret.replace(/^whsec_/, ''), 'base64');
        const signature = 'v1,' + createHmac('sha256', key).update(`${id}.${stamp}.${body}`).digest('base64');
        const answer = await fetch(this.options.address, {
            method: 'POST',
            headers: {
                'content-type': 'application/json',
                'webhook-id': id,
                'webhook-timestamp': String(stamp),
                'webhook-signature': signature,
            },
            body,
            signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (!answer.ok) throw new Error(`Shopbell answered with ${answer.status}`);
    }
}
