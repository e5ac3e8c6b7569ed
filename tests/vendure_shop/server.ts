/** A Vendure shop with one coat to sell and our plug-in: `ts-node server.ts fill`, then `ts-node server.ts serve`. */
import path from 'node:path';

import {
    bootstrap,
    DefaultLogger,
    dummyPaymentHandler,
    JobQueueService,
    LanguageCode,
    LogLevel,
    VendureConfig,
} from '@vendure/core';
import { populate } from '@vendure/core/cli';

import { ShopbellPlugin } from './shopbell.plugin';

const isFilled = process.argv[2] === 'serve';
const config: VendureConfig = {
    apiOptions: { hostname: '127.0.0.1', port: Number(process.env.PORT), adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
    authOptions: {
        tokenMethod: ['bearer', 'cookie'],
        superadminCredentials: { identifier: 'superadmin', password: 'ring-the-bell' },
        cookieOptions: { secret: 'of the tests' },
        requireVerification: false,
    },
    dbConnectionOptions: { type: 'better-sqlite3', synchronize: !isFilled, database: process.env.DATABASE! },
    logger: new DefaultLogger({ level: LogLevel.Warn }),
    paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
    plugins: [ShopbellPlugin.init({ address: process.env.SHOPBELL_ADDRESS!, secret: process.env.SHOPBELL_SECRET! })],
};
const initial = {
    defaultLanguage: LanguageCode.en,
    defaultZone: 'Europe',
    taxRates: [{ name: 'Standard', percentage: 24 }],
    shippingMethods: [{ name: 'Courier', price: 500 }],
    paymentMethods: [
        { name: 'Card', handler: { code: dummyPaymentHandler.code, arguments: [{ name: 'automaticSettle', value: 'true' }] } },
    ],
    countries: [{ code: 'EE', name: 'Estonia', zone: 'Europe' }],
    collections: [],
};

async function main() {
    if (isFilled) {
        const app = await bootstrap(config);
        await app.get(JobQueueService).start();
    } else {
        const app = await populate(() => bootstrap(config), initial, path.join(__dirname, 'products.csv'));
        await app.close();
        process.exit(0);
    }
}

main().catch(error => {
    console.error(error);
    process.exit(1);
});
