import type { BrowserDriver, Capability } from '@wakey/core';

/** Says of each bridged capability of a driver how the driver adds it to its browser, and what is weaker than in other browsers. */
export function bridgesOf({ name, capabilities }: Pick<BrowserDriver, 'name' | 'capabilities'>): readonly string[] {
  return Object.entries<Capability>(capabilities).flatMap(([capability, added]) =>
    added.supported && added.bridged !== undefined
      ? [`the driver "${name}" bridges ${capability}: ${added.bridged}`]
      : [],
  );
}
