import { defaultPolicy, type Policy, WakeyError } from '@wakey/core';
import { LONGEST } from '@wakey/host';

/** The policy with what is not given filled in. Throws `invalid-argument`, naming the field, for one nothing can obey. */
export function completePolicy(given: Partial<Policy>): Policy {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(fields, name)) throw refused(name, 'there is no such field');
    // The line above has proved the name.
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

/** The spread of a back-off may lengthen it by a fifth. */
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
    what: `The policy's "${name}" cannot be obeyed: ${why}.`,
    hint: 'See defaultPolicy for the fields and usual values.',
    details: { field: name },
  });
}
