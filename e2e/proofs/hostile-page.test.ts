import { transition } from '@wakey/core';
import { describe, expect, it } from 'vitest';
import { brokenMachines } from '../support/hostile/broken-machines.ts';
import { proveMachine } from '../support/hostile/machine-level.ts';
import type { Machine } from '../support/hostile/machine-walk.ts';
import { run } from './hostile-page.ts';

it('erases nothing and believes nothing because of a hostile page (a sample of the proof "hostile-page")', async () => {
  await run({ seed: 1, count: 40, log: () => undefined });
});

describe('The laws of the machine', () => {
  it('are tried where they could break', () => {
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
      for (let seed = 1; seed <= 60; seed += 1) proveMachine(seed, machine);
    };
    expect(proveAll).toThrow(law);
  });
});
