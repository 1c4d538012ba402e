import { type PageAdapter, WakeyError } from '@wakey/core';
import { openWhatsapp } from './open-page.js';

/** Options of `whatsappWeb`. */
export interface WhatsappWebOptions {
  /** Address of WhatsApp Web or of a simulator. @default 'https://web.whatsapp.com/' */
  readonly url?: string;
  /**
   * How long the adapter waits for a mark of WhatsApp Web on a loaded page before it calls the page foreign, in ms.
   * @default 5_000
   */
  readonly patience?: number;
  /**
   * How long no script and no module may arrive before the adapter treats missing parts as missing for good, in ms.
   * @default 5_000
   */
  readonly settle?: number;
  /**
   * Shortest time between two questions with which a ready page tests whether the service answers, in ms.
   * @default 60_000
   */
  readonly aliveEvery?: number;
  /**
   * Source of the random name of the function on `window` that takes the probe's reports; returns numbers from 0 to
   * below 1.
   * @default Math.random
   */
  readonly random?: () => number;
}

/** Creates the page adapter for WhatsApp Web. Throws `invalid-argument` if the URL is not an http or https URL. */
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
    what: 'The option `url` is not an http or https URL.',
    hint: 'Give a complete URL, such as https://web.whatsapp.com/.',
  });
}
