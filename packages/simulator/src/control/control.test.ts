import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../simulator.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
});

afterAll(() => simulator.close());

async function call(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
  const response = await fetch(simulator.control + path, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

describe('the control API', () => {
  it.each([
    ['/phone/scan', '{"qr":', 400, 'bad-json'],
    ['/phone/scan', '[]', 400, 'not-an-object'],
    ['/phone/scan', '{}', 400, 'wrong-field'],
    ['/phone/scan', '{"qr":"a","png":"b"}', 400, 'wrong-field'],
    ['/phone/scan', '{"qr":5}', 400, 'wrong-field'],
    ['/phone/scan', '{"qr":"a","colour":"red"}', 400, 'unknown-field'],
    ['/phone/scan', '{"qr":"nonsense"}', 409, 'unreadable-code'],
    ['/phone/scan', '{"qr":"nonsense","account":"1"}', 409, 'unknown-account'],
    ['/phone/scan', '{"png":"bm9uc2Vuc2U="}', 400, 'not-a-picture'],
    ['/phone/enter-code', '{"code":"ABCD1234"}', 409, 'no-code-asked'],
    ['/phone/unlink', '{"device":"nobody"}', 404, 'unknown-device'],
    ['/phone/unlink', '{}', 404, 'unknown-device'],
    ['/trouble', '{"weather":"bad"}', 400, 'wrong-trouble'],
    ['/trouble', '{"latency":"much"}', 400, 'wrong-trouble'],
    ['/traffic', '{}', 400, 'wrong-field'],
    ['/traffic', '{"rate":"10"}', 400, 'wrong-field'],
    ['/traffic', '{"rate":-1}', 400, 'wrong-field'],
    ['/traffic', '{"rate":1001}', 400, 'wrong-field'],
    ['/traffic', '{"rate":10,"bytes":0}', 400, 'wrong-field'],
    ['/traffic', '{"rate":10,"account":1}', 400, 'wrong-field'],
    ['/traffic', '{"rate":10,"account":"1"}', 400, 'wrong-field'],
    ['/traffic', '{"rate":10,"peers":5}', 400, 'unknown-field'],
    ['/phone/devices', '{}', 405, 'wrong-method'],
    ['/nowhere', '{}', 404, 'unknown-route'],
    ['/accounts', '{"number":"+44"}', 400, 'wrong-field'],
    ['/phone/passkeys', '{"id":"x","publicKey":"AAAA"}', 400, 'wrong-field'],
  ])('answers POST %s %s with %i %s and a sentence', async (path, body, status, code) => {
    const answer = await call('POST', path, body);
    expect(answer).toMatchObject({ status, json: { error: { code, message: expect.stringMatching(/\.$/) } } });
  });

  it('refuses a body larger than 8 MB without reading the rest', async () => {
    const answer = await call('POST', '/phone/scan', JSON.stringify({ png: 'x'.repeat(9 * 1024 * 1024) }));
    expect(answer).toMatchObject({ status: 413, json: { error: { code: 'too-large' } } });
  });

  it('refuses calls from web pages of other sites', async () => {
    const answer = await call('POST', '/trouble', '{}', { origin: 'https://example.com' });
    expect(answer).toMatchObject({ status: 403, json: { error: { code: 'foreign-page' } } });
  });

  it('lists the troubles with their descriptions, and keeps a trouble until it is reset', async () => {
    await call('POST', '/trouble', '{"latency": 5}');
    const { json } = await call('GET', '/trouble');
    expect(json.troubles).toMatchObject({ latency: 5, banned: false });
    expect(json.known).toContainEqual(expect.objectContaining({ name: 'latency', off: 0 }));
    await call('POST', '/trouble', '{"latency": null}');
    expect(simulator.troubles().latency).toBe(0);
  });

  it('lets messages flow until the rate is 0, and lists the traffic that runs', async () => {
    const started = await call('POST', '/traffic', '{"rate":10}');
    expect(started).toMatchObject({ status: 200, json: { rate: 10, bytes: 300 } });
    expect((await call('GET', '/traffic')).json.traffic).toEqual([started.json]);
    await call('POST', '/traffic', '{"rate":0}');
    expect((await call('GET', '/traffic')).json.traffic).toEqual([]);
  });

  it('lists no ratchets and no fall-backs before a device has connected', async () => {
    expect((await call('GET', '/ratchets')).json).toEqual({ devices: [] });
    expect((await call('GET', '/fallbacks')).json).toEqual({ fallbacks: [] });
  });

  it('returns the log, from its beginning or from an entry on', async () => {
    const { json } = await call('GET', '/log');
    const entries = json.entries as readonly { seq: number; event: string }[];
    expect(entries.map(({ event }) => event)).toContain('troubles-changed');
    const last = entries.at(-1)?.seq ?? 0;
    expect((await call('GET', `/log?after=${last}`)).json.entries).toEqual([]);
  });

  it('adds accounts', async () => {
    await call('POST', '/accounts', '{"number":"15551234567","pushname":"Ann"}');
    expect((await call('GET', '/accounts')).json.accounts).toHaveLength(2);
  });
});
