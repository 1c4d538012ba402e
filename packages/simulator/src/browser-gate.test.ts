import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from './simulator.ts';

describe('the site with the trouble browserGate', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator({ troubles: { browserGate: true } });
  });
  afterEach(() => simulator.close());

  async function pageFor(userAgent: string): Promise<string> {
    const response = await fetch(simulator.url, { headers: { 'user-agent': userAgent } });
    return response.text();
  }

  const webkit = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)';
  const chrome = `${webkit} Chrome/156.0.0.0 Safari/537.36`;

  it.each([
    chrome,
    `${chrome} Edg/156.0.0.0`,
    'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15',
  ])('lets in %s', async (userAgent) => {
    expect(await pageFor(userAgent)).toContain('wa_web_initial_startup');
  });

  it.each([
    '',
    'Lightpanda/1.0',
    'Somebody/1.0',
    `${webkit} Chrome/99.0.0.0 Safari/537.36`,
    `${webkit} HeadlessChrome/156.0.0.0 Safari/537.36`,
    `${webkit} Chrome/156.0.0.0 Electron/43.2.0 Safari/537.36`,
    `WhatsApp/2.2147.16 ${chrome}`,
  ])('does not let in "%s", and records that', async (userAgent) => {
    const page = await pageFor(userAgent);
    expect(page).toContain('WhatsApp works with Google Chrome 100+');
    expect(page).not.toContain('<script');
    expect(simulator.log().map(({ event }) => event)).toContain('browser-refused');
  });

  it('lets everybody in once the trouble is off', async () => {
    simulator.trouble({ browserGate: false });
    expect(await pageFor('Somebody/1.0')).toContain('wa_web_initial_startup');
  });
});
