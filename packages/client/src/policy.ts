import { defaultPolicy, type Policy, WakeyError } from '@wakey/core';
import { LONGEST } from '@wakey/host';

/**
 * Fills the missing fields of a policy with defaults. Throws `invalid-argument`, naming the field, for an impossible value.
 */
export function completePolicy(given: Partial<Policy>): Policy {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(fields, name)) throw refused(name, 'there is no such field');
    // The line above has checked the name.
    const { isValid, must } = fields[name as keyof Policy];
    if (!isValid(value)) throw refused(name, `it must be ${must}`);
  }
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaultPolicy, ...Object.fromEntries(known) };
}

interface Field {
  readonly isValid: (value: unknown) => boolean;
  readonly must: string;
}

/** The longest delay, in ms: the random spread of a back-off may lengthen a delay by a fifth. */
const MOST = Math.floor(LONGEST / 1.2);

const duration: Field = { isValid: (value) => isBetween(value, 0, MOST), must: `a time in ms, 0 to ${MOST}` };
const interval: Field = { isValid: (value) => isBetween(value, 1, MOST), must: `a time in ms, 1 to ${MOST}` };
const count: Field = {
  isValid: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  must: 'a whole number, 0 or greater',
};
const oneOf = (...choices: readonly string[]): Field => ({
  isValid: (value) => choices.some((choice) => choice === value),
  must: `one of ${choices.join(', ')}`,
});

const fields: { readonly [F in keyof Policy]: Field } = {
  qrTimeout: interval,
  maxQr: count,
  linkCodeTimeout: interval,
  maxLinkCodes: count,
  linkCodeFallback: oneOf('qr', 'none'),
  takeover: oneOf('never', 'once', 'always'),
  passkeyTimeout: interval,
  startTimeout: interval,
  loadTimeout: interval,
  linkTimeout: interval,
  resumeTimeout: interval,
  syncTimeout: interval,
  interruptedTimeout: interval,
  actionTimeout: interval,
  logoutTimeout: interval,
  saveTimeout: interval,
  stopTimeout: interval,
  heartbeat: interval,
  settle: duration,
  saveEvery: interval,
  stableAfter: duration,
  maxRestarts: count,
  maxRounds: count,
  giveUpAfter: duration,
  backoff: duration,
  backoffCap: duration,
};

function isBetween(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

function refused(name: string, why: string): WakeyError {
  return new WakeyError('invalid-argument', {
    what: `The policy's field "${name}" is impossible: ${why}.`,
    hint: 'See defaultPolicy for the fields and their defaults.',
    details: { field: name },
  });
}
