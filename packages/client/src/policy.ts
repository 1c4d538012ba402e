import {
  type BrowserDriver,
  type ChoiceField,
  defaultPolicy,
  type NumberField,
  type Policy,
  policyFields,
  WakeyError,
} from '@wakey/core';

/**
 * Fills the missing fields of a policy with defaults. Throws `invalid-argument`, naming the field, for an impossible value.
 */
export function completePolicy(given: Partial<Policy>): Policy {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(policyFields, name)) throw refused(name, 'there is no such field');
    // `name` is a field of the policy: the check above has refused every other name.
    const field = policyFields[name as keyof Policy];
    if (!isValid(field, value)) throw refused(name, `it must be ${textOf(field)}`);
  }
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaultPolicy, ...Object.fromEntries(known) };
}

/**
 * The policy of a session on a driver: what the caller gives, then the driver's own `renewAt`, then the defaults. Throws
 * `invalid-argument` if the caller wants renewals of a session whose login ends with its browser.
 */
export function policyFor(
  driver: Pick<BrowserDriver, 'renewAt'>,
  { policy = {}, ephemeral = false }: { readonly policy?: Partial<Policy>; readonly ephemeral?: boolean },
): Policy {
  const { renewAt = ephemeral ? 0 : driver.renewAt, ...rest } = policy;
  const complete = completePolicy(renewAt === undefined ? rest : { ...rest, renewAt });
  if (!ephemeral || complete.renewAt === 0) return complete;
  throw refused(
    'renewAt',
    'nothing of an ephemeral session is kept, so its login would end with the browser that is replaced',
  );
}

type Field = NumberField | ChoiceField<string>;

function isValid(field: Field, value: unknown): boolean {
  if (field.is === 'choice') return field.choices.some((choice) => choice === value);
  if (typeof value !== 'number' || (field.is === 'count' && !Number.isSafeInteger(value))) return false;
  if (field.is === 'factor' && value === 0) return true;
  return value >= field.least && value <= field.most;
}

function textOf(field: Field): string {
  if (field.is === 'choice') return `one of ${field.choices.join(', ')}`;
  return `${kinds[field.is]}, ${field.least} to ${field.most}`;
}

const kinds = { time: 'a time in ms', count: 'a whole number', factor: '0 (never), or a number' } as const;

function refused(name: string, why: string): WakeyError {
  return new WakeyError('invalid-argument', {
    what: `The policy's field "${name}" is impossible: ${why}.`,
    hint: 'See defaultPolicy for the fields and their defaults.',
    details: { field: name },
  });
}
