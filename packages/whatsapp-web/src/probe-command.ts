import type { Concealed, PageCommand } from '@wakey/core';

/** A command as it travels to the probe: its secrets in the clear. A reload is done from outside, and never gets there. */
export type ProbeCommand = {
  readonly [T in CarriedCommand['type']]: Plain<Extract<CarriedCommand, { type: T }>>;
}[CarriedCommand['type']];

/** The commands that the page itself carries out. */
export type CarriedCommand = Exclude<PageCommand, { readonly type: 'reload' }>;

/** What became of a command. `text` and `name` are the page's own words. */
export type ProbeAnswer =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly why: 'incompatible' | 'refused';
      /** For `incompatible`: the parts of the table that the page lacks. */
      readonly missing: readonly string[];
      readonly error: { readonly name: string; readonly code?: number; readonly text: string };
    };

/** How the probe is set up. */
export interface ProbeSettings {
  /** Name of the function on `window` that takes the probe's reports. */
  readonly binding: string;
  /** See `WhatsappWebOptions`. */
  readonly patience: number;
  readonly settle: number;
  readonly aliveEvery: number;
}

/** The key of the one property that the probe puts on `window`. */
export const probeKey = 'wakey.probe';

type Plain<C> = { readonly [K in keyof C]: C[K] extends Concealed ? string : C[K] };
