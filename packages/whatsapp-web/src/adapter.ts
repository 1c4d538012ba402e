import { type PageAdapter, WakeyError } from '@wakey/core';
import { openWhatsapp } from './open-page.js';

/** Options of `whatsappWeb`. */
export interface WhatsappWebOptions {
  /** Where the page is: the real one, or a simulator. @default 'https://web.whatsapp.com/' */
  readonly url?: string;
  /** How long a loaded page may go without any mark of WhatsApp Web before it counts as foreign, in ms. @default 5_000 */
  readonly patience?: number;
  /** How long nothing may have arrived before what is missing counts as missing for good, in ms. @default 5_000 */
  readonly settle?: number;
  /** How often, at most, a ready page asks the service for a sign of life, in ms. @default 60_000 */
  readonly aliveEvery?: number;
  /** Names the function on `window` that takes the probe's reports; from 0 to below 1. @default Math.random */
  readonly random?: () => number;
}

/** The adapter for WhatsApp Web's page. Throws `invalid-argument` when the URL is not an http or https one. */
export function whatsappWeb({
  url = 'https://web.whatsapp.com/',
  patience = 5_000,
  settle = 5_000,
  aliveEvery = 60_000,
  random = Math.random,
}: WhatsappWebOptions = {}): PageAdapter {
  const address = parseUrl(url);
  return {
    name: 'whatsapp-web',
    origin: new URL(address).origin,
    open(page, options) {
      const binding = `w${random().toString(36).slice(2)}`;
      return openWhatsapp(page, { url: address, probe: { binding, patience, settle, aliveEvery } }, options);
    },
  };
}

function parseUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed !== null && /^https?:$/.test(parsed.protocol)) return parsed.href;
  throw new WakeyError('invalid-argument', {
    what: 'The address of the page is not an http or https URL.',
    hint: 'Give a whole URL, such as https://web.whatsapp.com/.',
  });
}
