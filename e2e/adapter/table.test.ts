import type { PageSignal } from '@wakey/core';
import { afterEach, describe, expect, it } from 'vitest';
import { needs, type Part, parts, placeName } from '../../packages/whatsapp-web/src/probe/table.js';
import { isReady, type Visit, visit } from './visit.js';

const visits: Visit[] = [];

afterEach(async () => {
  for (const opened of visits.splice(0)) await opened.close();
});

/** The modules that the table names, and what they are needed for. */
const modules = new Map<string, readonly Part[]>();
for (const part of parts) {
  if ('module' in part.at && part.at.module !== '__debug') {
    modules.set(part.at.module, [...(modules.get(part.at.module) ?? []), part]);
  }
}

const documentParts = ['qr-ref', 'qr-canvas', 'refresh-button', 'progress', 'main-view', 'dialog'];

describe('Without one part of the page', () => {
  it.each([...modules.keys()])('%s, the page links all the same, or is incompatible and names it', async (name) => {
    const outcome = await journey({ missingModules: [name] });
    const names = (modules.get(name) ?? []).map(({ at }) => placeName(at));
    if (outcome.type === 'incompatible')
      expect(outcome.missing).toEqual(expect.arrayContaining([expect.stringContaining(name)]));
    else expect(outcome).toEqual({ type: 'readiness', me: '447700900000@c.us', missing: [] });
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(documentParts)('%s in its document, the page links all the same', async (name) => {
    expect(await journey({ missingDocumentParts: [name] })).toMatchObject({ type: 'readiness', missing: [] });
  });
});

describe('Without every part for a need', () => {
  it.each([
    [['WAWebSocketModel', 'WAWebBackendEventBus', 'WAWebStreamModel'], 'socket-state'],
    [['WAWebUserPrefsMultiDevice', 'WAWebUserPrefsMeUser'], 'is-registered'],
  ] as const)('%j, the page is incompatible at once and says what it lacks', async (missingModules, need) => {
    const outcome = await journey({ missingModules });
    const wanted = parts.filter((part) => part.for === need).map(({ at }) => placeName(at));
    expect(outcome).toMatchObject({ type: 'incompatible', version: '2.3000.1048032155' });
    expect(outcome.type === 'incompatible' ? outcome.missing : []).toEqual(expect.arrayContaining(wanted));
  });

  it('a code can be made from, the page is incompatible', async () => {
    const outcome = await journey({
      missingModules: ['WAWebUserPrefsInfoStore'],
      missingDocumentParts: ['qr-ref'],
    });
    expect(outcome).toMatchObject({
      type: 'incompatible',
      missing: ['WAWebUserPrefsInfoStore.waNoiseInfo', '[data-ref]'],
    });
  });

  it('a command is needed for, the command says which part it lacks', async () => {
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

describe('The table', () => {
  it('has a part for every need', () => {
    expect(new Set(parts.map((part) => part.for))).toEqual(new Set(Object.keys(needs)));
  });
});

/** From the first code to ready, or to what stands in the way. */
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
