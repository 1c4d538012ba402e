import { transition } from '@wakey/core';
import fc from 'fast-check';
import { type Machine, paths, walk } from './machine-walk.ts';

/** How many paths through the machine one seed makes. Each takes a few milliseconds. */
const perSeed = 5;

/** Sends random paths of events through the machine. Throws with the shortest path that breaks a law. */
export function proveMachine(seed: number, machine: Machine = transition): void {
  const property = fc.property(paths, (path) => {
    const broken = walk(path, machine);
    if (broken.length > 0) throw new Error(broken.join('\n'));
  });
  fc.assert(property, { seed, numRuns: perSeed, unbiased: true, includeErrorInReport: true });
}
