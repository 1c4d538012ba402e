import type { Concealed, PageCommand } from '@wakey/core';

/**
 * A command as the probe receives it: its secrets are readable. `reload` is missing because the adapter reloads the
 * page itself.
 */
export type ProbeCommand = {
  readonly [T in CarriedCommand['type']]: Plain<Extract<CarriedCommand, { type: T }>>;
}[CarriedCommand['type']];

/** The commands that the probe carries out in the page. */
export type CarriedCommand = Exclude<PageCommand, { readonly type: 'reload' }>;

/** The result of a command. `text` and `name` are the page's words. */
export type ProbeAnswer =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly why: 'incompatible' | 'refused';
      /** For `incompatible`: the parts of the table that the page lacks. */
      readonly missing: readonly string[];
      readonly error: { readonly name: string; readonly code?: number; readonly text: string };
    };

/** Settings of the probe. */
export interface ProbeSettings {
  /** Name of the function on `window` that takes the probe's reports. */
  readonly binding: string;
  /** `patience`, `settle` and `aliveEvery`: see `WhatsappWebOptions`. */
  readonly patience: number;
  readonly settle: number;
  readonly aliveEvery: number;
}

/** Key of the only property that the probe adds to `window`. */
export const probeKey = 'wakey.probe';

type Plain<C> = { readonly [K in keyof C]: C[K] extends Concealed ? string : C[K] };
