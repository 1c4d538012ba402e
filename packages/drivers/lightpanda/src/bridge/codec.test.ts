import type { Json } from '@wakey/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapeOf } from '../../test/shape-of.ts';
import { decode, encodeKey, openEncoder } from './codec.js';

/** A value after its way through a line of the journal. */
async function carried(value: unknown): Promise<unknown> {
  const { encode, pending } = openEncoder();
  const json = encode(value);
  await Promise.all(pending);
  return decode(JSON.parse(JSON.stringify(json)) as Json);
}

/** What a browser stores is the structured clone of a value. */
async function expectCarried(value: unknown): Promise<void> {
  expect(shapeOf(await carried(value))).toEqual(shapeOf(structuredClone(value)));
}

const keys = fc.oneof(fc.string(), fc.constantFrom('$', '__proto__', 'v', 'toJSON', 'length', '0', '@wakey/key'));
const anything = fc.anything({
  key: keys,
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withNullPrototype: true,
});

/** Objects that refer to each other in any way: each edge leads from one of them to another, or to itself. */
const graphs = fc
  .tuple(
    fc.array(fc.constantFrom('object', 'array', 'map', 'set', 'error'), { minLength: 1, maxLength: 8 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(), keys), { maxLength: 24 }),
  )
  .map(([kinds, edges]) => {
    const nodes = kinds.map((kind) => make(kind));
    for (const [from, to, key] of edges) link(nodes[from % nodes.length], key, nodes[to % nodes.length]);
    return nodes[0];
  });

function make(kind: string): object {
  if (kind === 'array') return [];
  if (kind === 'map') return new Map();
  if (kind === 'set') return new Set();
  return kind === 'error' ? new RangeError('of a graph') : {};
}

function link(from: object | undefined, key: string, to: unknown): void {
  if (from instanceof Map) from.set(key, to).set(to, key);
  else if (from instanceof Set) from.add(to);
  else if (Array.isArray(from)) from.push(to);
  else if (from instanceof Error) Object.defineProperty(from, 'cause', { value: to, configurable: true });
  else Object.defineProperty(from, key, { value: to, configurable: true, enumerable: true, writable: true });
}

describe('the form of a stored value', () => {
  it('gives back any value as its structured clone', () =>
    fc.assert(fc.asyncProperty(anything, expectCarried), { numRuns: 500 }));

  it('gives back objects that contain each other, and themselves, as the same objects', () =>
    fc.assert(fc.asyncProperty(graphs, expectCarried), { numRuns: 300 }));

  it.each([
    ['negative zero', [-0, 0]],
    ['numbers that JSON lacks', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['a big integer', 2n ** 80n],
    ['undefined', { a: undefined, b: [undefined, null] }],
    ['a date, and an invalid one', [new Date(0), new Date(Number.NaN)]],
    ['maps and sets in each other', new Map([[new Set([new Map([[1, 2]])]), new Set([new Set([1])])]])],
    ['an array with holes', Object.assign(new Array(5), { 3: 'x' })],
    ['an array with a further member', Object.assign(['a'], { more: 1 })],
    ['an object with the member $', { $: 'date', v: '1' }],
    ['an object with the own member __proto__', JSON.parse('{"__proto__": {"a": 1}, "b": 2}')],
    ['a regular expression', /a\/[b]/giu],
    ['boxed values', [Object('a'), Object(-0), Object(true), Object(5n)]],
    ['lone surrogates', ['\ud800', { '\udfff': '\udbff' }]],
    ['an error', new TypeError('wrong')],
    ['an error without a message, and one with a cause', [new Error(), new Error('a', { cause: { deep: new Map() } })]],
    ['a buffer', new Uint8Array([0, 255, 10]).buffer],
    ['an empty buffer', new ArrayBuffer(0)],
  ])('gives back %s', (_, value) => expectCarried(value));

  it.each([
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
  ])('gives back the bytes that a %o shows of its buffer', async (View) => {
    const { buffer } = Uint8Array.from({ length: 48 }, (_, at) => at);
    const length = View === DataView ? 16 : 2;
    const given: ArrayBufferView = Reflect.construct(View, [buffer, 8, length]);
    const got = (await carried(given)) as ArrayBufferView<ArrayBuffer>;
    expect(got).toBeInstanceOf(View);
    expect(got.byteLength).toBe(given.byteLength);
    expect(Buffer.from(got.buffer)).toEqual(Buffer.from(buffer, given.byteOffset, given.byteLength));
  });

  it('gives back many bytes, in the form of any base64', async () => {
    const bytes = Uint8Array.from({ length: 100_001 }, (_, at) => (at * 31) % 256);
    expect(await carried(bytes)).toEqual(bytes);
  });

  it('gives back a Blob and a File, also twice in one value', async () => {
    const blob = new Blob(['some ', 'text'], { type: 'text/plain' });
    const file = new File([new Uint8Array([0, 200])], 'a name.bin', { type: 'x/y', lastModified: 1_234 });
    const got = (await carried({ blob, list: [file, blob] })) as { blob: Blob; list: [File, Blob] };
    expect([got.blob.type, await got.blob.text()]).toEqual(['text/plain', 'some text']);
    expect(got.list[1]).toBe(got.blob);
    expect(got.list[0]).toBeInstanceOf(File);
    const { name, type, lastModified } = got.list[0];
    expect([name, type, lastModified, [...(await got.list[0].bytes())]]).toEqual([
      'a name.bin',
      'x/y',
      1_234,
      [0, 200],
    ]);
  });

  it.each([
    ['a function', () => undefined],
    ['a symbol', Symbol('one')],
    ['a promise', Promise.resolve()],
    ['a weak map', new WeakMap()],
    ['shared memory', new SharedArrayBuffer(1)],
  ])('is refused for %s, wherever it is', (_, value) => {
    const { encode } = openEncoder();
    for (const root of [value, { a: [value] }, new Map([[1, value]]), new Set([value])]) {
      expect(() => encode(root)).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
    }
  });

  it('is the same for equal keys, however a page writes them', () => {
    const date = new Date(5);
    const { buffer } = new Uint8Array([9, 1, 2]);
    const same = [
      [0, -0],
      [[0], [-0]],
      [new Uint8Array(buffer, 1).buffer.slice(1), new Uint8Array(buffer, 1), new DataView(buffer, 1)],
      [
        [date, date],
        [new Date(5), new Date(5)],
      ],
    ];
    for (const forms of same) {
      const texts = forms.map((key) => JSON.stringify(encodeKey(key)));
      expect(new Set(texts).size, texts.join(' ')).toBe(1);
    }
    for (const key of [1.5, 'text', [1, ['a', date]], Number.NEGATIVE_INFINITY]) {
      expect(decode(encodeKey(key))).toEqual(key);
    }
  });
});
