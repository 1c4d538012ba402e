import { puppeteerDriver } from '../puppeteer-driver.js';

const [, , executable = ''] = process.argv;

/** A process whose only launch fails. `failed-launch.test.ts` checks that it can exit then. */
const driver = puppeteerDriver({ executable, env: { PATH: process.env.PATH } });
await driver.launch({ timeout: 2_000 }).catch((error: { readonly code: string }) => process.stdout.write(error.code));
