import type { PageSignal } from '@wakey/core';
import { pageParts } from '@wakey/whatsapp-web';
import { afterEach, describe, expect, it } from 'vitest';
import { isReady, type Visit, visit } from './visit.js';

const visits: Visit[] = [];

afterEach(async () => {
  for (const opened of visits.splice(0)) await opened.close();
});

/** The modules that the adapter's table names. */
const modules = new Set(
  pageParts.flatMap(({ module }) => (module === undefined || module === '__debug' ? [] : [module])),
);

const documentParts = ['qr-ref', 'qr-canvas', 'refresh-button', 'progress', 'main-view', 'dialog'];

describe('Without one part of the page', () => {
  it.each([...modules])('%s, the page links anyway, or is incompatible and the signal names the part', async (name) => {
    const outcome = await journey({ missingModules: [name] });
    const named = expect.arrayContaining([expect.stringContaining(name)]);
    if (outcome.type === 'incompatible') expect(outcome.missing).toEqual(named);
    else expect(outcome).toEqual({ type: 'readiness', me: '447700900000@c.us', missing: [] });
  });

  it.each(documentParts)('%s in its document, the page links anyway', async (name) => {
    expect(await journey({ missingDocumentParts: [name] })).toMatchObject({ type: 'readiness', missing: [] });
  });
});

describe('Without every part for a need', () => {
  it.each([
    [['WAWebSocketModel', 'WAWebBackendEventBus', 'WAWebStreamModel'], 'socket-state'],
    [['WAWebUserPrefsMultiDevice', 'WAWebUserPrefsMeUser'], 'is-registered'],
  ] as const)(
    '%j, the page is incompatible at once, and the signal names the missing parts',
    async (missingModules, need) => {
      const outcome = await journey({ missingModules });
      const wanted = pageParts.filter((part) => part.need === need).map((part) => part.name);
      expect(outcome).toMatchObject({ type: 'incompatible', version: '2.3000.1048032155' });
      expect(outcome.type === 'incompatible' ? outcome.missing : []).toEqual(expect.arrayContaining(wanted));
    },
  );

  it('from which the adapter can make a QR code, the page is incompatible', async () => {
    const outcome = await journey({
      missingModules: ['WAWebUserPrefsInfoStore'],
      missingDocumentParts: ['qr-ref'],
    });
    expect(outcome).toMatchObject({
      type: 'incompatible',
      missing: ['WAWebUserPrefsInfoStore.waNoiseInfo', '[data-ref]'],
    });
  });

  it('that a command needs, the command names the missing part', async () => {
    const opened = await visit({
      simulator: { troubles: { missingModules: ['WAWebAltDeviceLinkingApi', 'WAWebLinkDeviceAction'] } },
    });
    visits.push(opened);
    await opened.next('qr', 0);
    await expect(opened.opened.perform({ type: 'request-link-code', phone: '447700900000' })).rejects.toMatchObject({
      code: 'page-incompatible',
      message: expect.stringContaining('WAWebLinkDeviceAction.genLinkDeviceCodeForPhoneNumber'),
    });
  });
});

/** Links at a page with these troubles. Resolves with the readiness, or with the signal that the page is incompatible. */
async function journey(troubles: {
  readonly missingModules?: readonly string[];
  readonly missingDocumentParts?: readonly string[];
}): Promise<PageSignal> {
  const opened = await visit({ settle: 1_000, simulator: { speed: 10, troubles } });
  visits.push(opened);
  const isDecided = (signal: PageSignal) => signal.type === 'qr' || signal.type === 'incompatible';
  const first = await opened.next(isDecided, 0);
  if (first.type === 'incompatible') return first;
  await opened.scan();
  return opened.next((signal) => isReady(signal) || signal.type === 'incompatible', 0);
}
