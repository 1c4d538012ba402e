import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseFacts } from '../facts.js';
import { startProbe } from './probe.js';
import { type FakePage, fakePage, settings } from './testing/fake-page.js';

describe('A page that does not take this browser', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Reads a document whose texts are these. */
  async function readTexts(texts: readonly string[], change?: (fake: FakePage) => void) {
    const fake = fakePage();
    const elements = texts.map((textContent) => ({ textContent }));
    Object.assign(fake.page.document, { querySelectorAll: () => elements });
    Object.assign(fake.page.navigator, { userAgent: 'Somebody/1.0' });
    change?.(fake);
    const probe = startProbe(fake.page, settings);
    await vi.advanceTimersByTimeAsync(2_000);
    const reading = probe.read();
    await vi.advanceTimersByTimeAsync(4_000);
    return parseFacts(await reading);
  }

  const refusal = 'WhatsApp works with Google Chrome 100+';

  it.each([refusal, 'WhatsApp funktioniert mit Google Chrome 85+', '  WhatsApp funciona con Google Chrome 60+\n'])(
    'recognizes the page by its text: %s',
    async (text) => {
      expect(await readTexts(['WhatsApp Web', text])).toMatchObject({ kind: 'refusing', userAgent: 'Somebody/1.0' });
    },
  );

  it('does not take another text for a refusal', async () => {
    for (const text of [
      'This portal works with Google Chrome 100+',
      'WhatsApp on Google Chrome',
      refusal.padEnd(301, '.'),
    ]) {
      const read = await readTexts([text]);
      expect(read.kind).toBe('whatsapp');
      expect(read.userAgent).toBeUndefined();
    }
  });

  it('does not believe the text while a device is registered or the page shows a code, because it may be a message', async () => {
    const registered = await readTexts([refusal], ({ modules }) => {
      Object.assign(modules.WAWebUserPrefsMultiDevice ?? {}, { isRegistered: () => true });
    });
    expect(registered.kind).toBe('whatsapp');
    const shown = await readTexts([refusal], (fake) => {
      fake.code = 'a code';
    });
    expect(shown.kind).toBe('whatsapp');
  });
});
