import { type ChoiceField, defaultPolicy, type NumberField, type Policy, policyFields, WakeyError } from '@wakey/core';

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

type Field = NumberField | ChoiceField<string>;

function isValid(field: Field, value: unknown): boolean {
  if (field.is === 'choice') return field.choices.some((choice) => choice === value);
  if (typeof value !== 'number' || (field.is === 'count' && !Number.isSafeInteger(value))) return false;
  return value >= field.least && value <= field.most;
}

function textOf(field: Field): string {
  if (field.is === 'choice') return `one of ${field.choices.join(', ')}`;
  return `${field.is === 'time' ? 'a time in ms' : 'a whole number'}, ${field.least} to ${field.most}`;
}

function refused(name: string, why: string): WakeyError {
  return new WakeyError('invalid-argument', {
    what: `The policy's field "${name}" is impossible: ${why}.`,
    hint: 'See defaultPolicy for the fields and their defaults.',
    details: { field: name },
  });
}
