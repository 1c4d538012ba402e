import type { BrowserDriver, Capability } from '@wakey/core';

/** What the driver adds to its browser: a sentence for each bridged capability, with what is weaker than in other browsers. */
export function bridgesOf({ name, capabilities }: Pick<BrowserDriver, 'name' | 'capabilities'>): readonly string[] {
  return Object.entries<Capability>(capabilities).flatMap(([capability, { supported, ...rest }]) =>
    supported && 'bridged' in rest ? [`the driver "${name}" bridges ${capability}: ${rest.bridged}`] : [],
  );
}
