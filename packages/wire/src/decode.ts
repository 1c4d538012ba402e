import { WakeyError } from '@wakey/core';
import { z } from 'zod';
import { event } from './schema/events.js';
import { finding, listing, verdict } from './schema/listings.js';
import { report } from './schema/reports.js';
import { state } from './schema/states.js';
import type { EventJson, FindingJson, ListingJson, ReportJson, StateJson, VerdictJson } from './types.js';

/**
 * Each `decode…` takes a parsed JSON value and returns it with its type. Fields that the schema does not know are left out, so
 * a newer Wakey may add some. Anything else that does not fit throws `invalid-argument`, with the path of the field in
 * `details.path`; the message quotes no value, since a value may be a code.
 */
export function decodeState(value: unknown): StateJson {
  return decoded('state', state, value);
}

/** Decodes an event of a session; see `decodeState`. */
export function decodeEvent(value: unknown): EventJson {
  return decoded('event', event, value);
}

/** Decodes a line of `wakey status --json`; see `decodeState`. */
export function decodeListing(value: unknown): ListingJson {
  return decoded('listing', listing, value);
}

/** Decodes a line of `wakey doctor --json`; see `decodeState`. */
export function decodeFinding(value: unknown): FindingJson | VerdictJson {
  return decoded('finding', doctorLine, value);
}

/** Decodes the line of `wakey export`, `import`, `migrate` or `keys … --json`; see `decodeState`. */
export function decodeReport(value: unknown): ReportJson {
  return decoded('report', report, value);
}

const doctorLine = z.discriminatedUnion('event', [finding, verdict]);

/** The JSON Schemas of the values, draft 2020-12, for programs in other languages. The fields that are codes have `x-secret`. */
export function jsonSchemas(): Readonly<Record<'state' | 'event' | 'listing' | 'finding' | 'report', object>> {
  return {
    state: accepted(state),
    event: accepted(event),
    listing: accepted(listing),
    finding: accepted(doctorLine),
    report: accepted(report),
  };
}

/** The schema of the values that `decode…` accepts: it allows fields of a newer Wakey. */
function accepted(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: 'input' });
}

function decoded<S extends z.ZodType>(what: string, schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  const field = path === '' ? 'it' : `its field "${path}"`;
  throw new WakeyError('invalid-argument', {
    what: `This JSON is no ${what} of Wakey: ${field} ${issue === undefined ? 'does not fit' : reasonOf(issue)}.`,
    hint: 'Check which program sent the JSON. If a newer Wakey sent it, update this program.',
    details: { path },
  });
}

function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `is not of the type ${issue.expected}`;
  if (issue.code === 'invalid_union') return 'has a value that this version does not know';
  if (issue.code === 'invalid_value') return `is not one of ${issue.values.map(String).join(', ')}`;
  return /^is /.test(issue.message) ? issue.message : 'does not fit the schema';
}
