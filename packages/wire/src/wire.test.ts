import { isWakeyError, type StateName, WakeyError } from '@wakey/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEvent, decodeFinding, decodeListing, decodeReport, decodeState, jsonSchemas } from './decode.js';
import {
  browserEvent,
  type EventJson,
  encodeListing,
  encodeState,
  endedEvent,
  failedEvent,
  noticeEvent,
  stateEvent,
  withoutSecrets,
} from './index.js';
import { CODE, listings, notices, states, time } from './testing/sessions.js';

const stamp = { at: Date.parse('2026-11-23T18:00:00.000Z'), session: 'main' };
const nameOfStates = Object.keys(states) as StateName[];
const typesOfNotices = Object.keys(notices) as (keyof typeof notices)[];

/** The value as it arrives: through JSON text. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const error = new WakeyError('page-stuck', {
  ...{ what: 'It is stuck.', hint: 'Start again.' },
  details: { path: '/tmp', pid: 7, isOld: true, reason: 'page-stuck' },
});

/** Every event of a session. */
const events: fc.Arbitrary<EventJson> = fc.oneof(
  ...typesOfNotices.map((type) => notices[type].map((notice) => noticeEvent(stamp, notice))),
  ...nameOfStates.map((name) =>
    states[name].map((state) => (state.name === 'ended' ? endedEvent(stamp, state, error) : stateEvent(stamp, state))),
  ),
  states.ended.map((state) => endedEvent(stamp, state)),
  fc.constant(browserEvent(stamp, { product: 'Chrome', version: '1.2', pid: 7 })),
  fc.constant(failedEvent(stamp, error)),
  fc.constant(failedEvent(stamp, new Error('It failed.'))),
);

describe('a value that went through JSON', () => {
  it.each(nameOfStates)('equals the original for a state: %s', (name) => {
    fc.assert(
      fc.property(states[name], (state) => {
        const encoded = encodeState(state);
        expect(decodeState(sent(encoded))).toEqual(encoded);
      }),
    );
  });

  it.each(typesOfNotices)('is the same event: %s', (type) => {
    fc.assert(
      fc.property(notices[type], (notice) => {
        const encoded = noticeEvent(stamp, notice);
        expect(decodeEvent(sent(encoded))).toEqual(encoded);
      }),
    );
  });

  it('equals the original for every type of event', () => {
    fc.assert(
      fc.property(events, (event) => {
        expect(decodeEvent(sent(event))).toEqual(event);
      }),
    );
  });

  it('equals the original for a listing of sessions', () => {
    fc.assert(
      fc.property(listings, (listing) => {
        const encoded = encodeListing(listing);
        expect(decodeListing(sent(encoded))).toEqual(encoded);
      }),
    );
  });

  it('equals the original for a finding and for the result of all checks', () => {
    const finding = { event: 'finding', check: 'disk', is: 'note', what: 'It is full.', session: 'main' };
    const verdict = { event: 'doctor', isWell: false, bad: 0, notes: 1, leftOut: ['browser'] };
    expect([finding, verdict].map((line) => decodeFinding(sent(line)))).toEqual([finding, verdict]);
  });

  it('keeps each point in time to the ms', () => {
    fc.assert(
      fc.property(time, (since) => {
        const event = stateEvent({ ...stamp, at: since }, { name: 'resuming', since } as never);
        expect(event).toMatchObject({ state: 'resuming', time: new Date(since).toISOString() });
        expect(Date.parse(decodeEvent(sent(event)).time)).toBe(since);
      }),
    );
  });
});

describe('the line of a command', () => {
  it.each([
    { event: 'key-generated', keyFile: '/tmp/k', recipient: 'age1x' },
    { event: 'keys-add', session: 'main', generation: 2, keepsOlder: false },
    { event: 'browser-installed', browser: 'lightpanda', version: '1.0.2', executable: '/b', isNew: true },
    {
      event: 'imported',
      session: 'main',
      wasEncrypted: true,
      browser: { product: 'Chrome', version: '0' },
      createdAt: '2026-11-23T18:00:00.000Z',
    },
  ])('is the same after JSON, and refused without one of its fields: %j', (line) => {
    expect(decodeReport(sent(line))).toEqual(line);
    for (const name of Object.keys(line)) {
      const { [name]: _, ...rest } = line as Readonly<Record<string, unknown>>;
      expect(
        thrownBy(() => decodeReport(rest)),
        name,
      ).toMatchObject({ code: 'invalid-argument' });
    }
  });
});

describe('a code', () => {
  it.each(nameOfStates)('is in no state: %s', (name) => {
    fc.assert(
      fc.property(states[name], (state) => {
        expect(JSON.stringify(encodeState(state))).not.toContain(CODE);
      }),
    );
  });

  it('is left out of an event without its secrets, and all other fields stay', () => {
    fc.assert(
      fc.property(events, (event) => {
        const withheld = withoutSecrets(event);
        expect(JSON.stringify(withheld)).not.toContain(CODE);
        expect(decodeEvent(sent(withheld))).toEqual(withheld);
        expect(Object.entries(event).filter(([, value]) => value !== CODE)).toEqual(Object.entries(withheld));
      }),
    );
  });

  it('is marked as secret in the schema, and no other field is', () => {
    const marked = fieldsOfEvents().filter(({ schema }) => schema['x-secret'] === true);
    expect(marked.map(({ event, field }) => `${event}.${field}`).sort()).toEqual([
      ...['link-code.code', 'passkey.request', 'qr.qr'],
    ]);
    const sample = fc.sample(events, { seed: 1, numRuns: 500 });
    for (const { event, field } of marked) {
      const withField = sample.find((one) => one.event === event && field in one);
      expect(withField, `${event}.${field}`).toBeDefined();
      if (withField !== undefined) expect(withoutSecrets(withField)).not.toHaveProperty(field);
    }
  });
});

describe('JSON that does not fit', () => {
  const qr = { time: '2026-11-23T18:00:00.000Z', session: 'main', event: 'qr', qr: CODE, seq: 1, remaining: 5 };
  const times = { issuedAt: '2026-11-23T18:00:00.000Z', expiresAt: '2026-11-23T18:01:00.000Z' };

  it.each([
    ['a number for a text', { ...qr, ...times, qr: 7 }, 'its field "qr" is not of the type string'],
    ['no number', { ...qr, ...times, seq: CODE }, 'its field "seq" is not of the type number'],
    ['a fraction', { ...qr, ...times, seq: 1.5 }, 'its field "seq" is not of the type int'],
    ['a count below 0', { ...qr, ...times, seq: -1 }, 'its field "seq" does not fit the schema'],
    ['no time', { ...qr, ...times, issuedAt: CODE }, 'its field "issuedAt" is not a time such as'],
    ['a 13th month', { ...qr, ...times, issuedAt: '2026-13-23T18:00:00.000Z' }, 'is not a time of the calendar'],
    ['an absent field', qr, 'its field "issuedAt" is not of the type string'],
    ['an unknown event', { ...qr, event: CODE }, 'its field "event" has a value that this version does not know'],
    ['an unknown state', { ...qr, event: 'state', state: CODE }, 'its field "state" has a value that this version'],
    ['an unknown ending', { ...qr, event: 'ended', state: 'ended', reason: CODE }, 'its field "reason" is not one of'],
    ['a text', CODE, 'it is not of the type object'],
    ['nothing', undefined, 'it is not of the type object'],
  ])('is refused with the field and without its value: %s', (_, value, words) => {
    const thrown = thrownBy(() => decodeEvent(value));
    expect(thrown).toMatchObject({ code: 'invalid-argument' });
    expect(String(thrown)).toContain(words);
    expect(String(thrown)).not.toContain(CODE);
  });

  it('is refused if any field of an event is damaged', () => {
    fc.assert(
      fc.property(events, fc.nat(), (event, at) => {
        const names = Object.keys(event);
        const name = names[at % names.length] ?? '';
        const thrown = thrownBy(() => decodeEvent({ ...event, [name]: { broken: CODE } }));
        if (name === 'restrictions' || name === 'details') return;
        expect(isWakeyError(thrown, 'invalid-argument'), name).toBe(true);
      }),
    );
  });

  it('is accepted from a newer Wakey, and loses the fields that this Wakey does not know', () => {
    expect(decodeState({ state: 'stopped', since: 'soon' })).toEqual({ state: 'stopped' });
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}

interface JsonSchema {
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema & Readonly<Record<string, unknown>>>>;
  readonly const?: unknown;
}

/** Each field of each event, from the JSON Schema. */
function fieldsOfEvents() {
  const leaves = (schema: JsonSchema): readonly JsonSchema[] => schema.oneOf?.flatMap(leaves) ?? [schema];
  return leaves(jsonSchemas().event).flatMap(({ properties = {} }) =>
    Object.entries(properties).map(([field, schema]) => ({ event: String(properties.event?.const), field, schema })),
  );
}
