import { transition } from '@wakey/core';
import { whatsappWeb } from '@wakey/whatsapp-web';
import { describe, expect, it } from 'vitest';
import { everyEvent } from '../../packages/core/src/machine/exploration-events.ts';
import { deafAdapter, trustingAdapter } from '../support/hostile/broken-adapters.ts';
import { brokenMachines } from '../support/hostile/broken-machines.ts';
import { proveBrowser } from '../support/hostile/browser-level.ts';
import { proveMachine } from '../support/hostile/machine-level.ts';
import type { Machine } from '../support/hostile/machine-walk.ts';
import { adapterOf, type Parts } from '../support/hostile/page/life.ts';
import { provePage } from '../support/hostile/page-level.ts';
import { run } from './hostile-page.ts';

/** Whether the machine lets a second document confirm a logout. Without that, no session withstands a hostile page. */
const isConfirmed = everyEvent().some((event) => event.type === 'logged-out' && 'document' in event);

it.runIf(isConfirmed)(
  'erases nothing and reports no false ready because of a hostile page (a sample of the proof)',
  async () => {
    await run({ seed: 1, count: 80, log: () => undefined });
  },
);

describe('The laws of the machine', () => {
  it('hold on a sample of the proof', () => {
    for (let seed = 1; seed <= 40; seed += 1) proveMachine(seed);
  });

  it('are checked on paths that reach the states and effects that matter', () => {
    const met = new Set<string>();
    const watched: Machine = (...given) => {
      const result = transition(...given);
      met.add(result.state.name);
      for (const { type } of result.effects) met.add(type);
      return result;
    };
    for (let seed = 1; seed <= 100; seed += 1) proveMachine(seed, watched);
    const wanted = ['ready', 'interrupted', 'backing-off', 'logging-out', 'restore', 'save', 'erase', 'release'];
    expect(wanted.filter((name) => !met.has(name))).toEqual([]);
  });

  it.each(Object.entries(brokenMachines))('catch a machine that breaks "%s"', (law, machine) => {
    const proveAll = () => {
      // Stops at the first path that breaks a law. Few paths contain a confirmed logout, so it tries many.
      for (let seed = 1; seed <= 600; seed += 1) proveMachine(seed, machine);
    };
    expect(proveAll).toThrow(law);
  });
});

describe('The ledger of a fake page', () => {
  const broken: readonly (readonly [string, () => Parts, string])[] = [
    [
      'believes a logout that no document confirms',
      () => ({ adapter: trustingAdapter(adapterOf()) }),
      'erased although',
    ],
    ['ignores all signals once the page is ready', () => ({ adapter: deafAdapter(adapterOf()) }), 'ready although'],
    [
      'loses its deadlines',
      () => ({
        tamper: (clock) => ({ ...clock, set: (ms, ring) => (ms > 20_000 ? () => undefined : clock.set(ms, ring)) }),
      }),
      'its deadline is',
    ],
  ];

  it.each(broken)('catches a session that %s', async (_, parts, tale) => {
    const errors: string[] = [];
    for (let seed = 1; seed <= 40 && !errors.some((error) => error.includes(tale)); seed += 1) {
      await provePage(seed, parts()).catch((error: unknown) => errors.push(String(error)));
    }
    expect(errors.join('\n')).toContain(tale);
  });
});

describe('The phone’s list of devices', () => {
  it('catches a session that believes a logout in a real browser', async () => {
    const errors: string[] = [];
    const isCaught = () => errors.some((error) => error.includes('the phone still lists the device'));
    for (let seed = 1; seed <= 10 && !isCaught(); seed += 1) {
      await proveBrowser(seed, (options) => trustingAdapter(whatsappWeb(options))).catch((error: unknown) =>
        errors.push(String(error)),
      );
    }
    expect(errors.join('\n')).toContain('the phone still lists the device');
  });
});
