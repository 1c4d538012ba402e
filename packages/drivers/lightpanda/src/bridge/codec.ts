/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Json } from '@wakey/core';

/**
 * Values that a page can store, in a form that JSON can express. A plain value stands for itself; each other value is an object
 * with the name of its type in `$`. An object that occurs twice is written once: later places name its number, which counts the
 * objects in the order in which they were begun. Two views of one buffer get a buffer each. Runs in the page.
 */
export interface Encoder {
  /** Throws a `DataCloneError` for a value without such a form, so that the page's `put` fails, and not a later launch. */
  encode(value: unknown): Json;
  /** Readings of contents, such as that of a Blob. The JSON is complete once all of them have resolved. */
  readonly pending: Promise<void>[];
}

/** An encoder for one message. */
export function openEncoder(): Encoder {
  const pending: Promise<void>[] = [];
  return { pending, encode: (value) => encodeValue(value, pending) };
}

/** A key of a database. Equal keys have equal forms, however a page writes them: -0 is 0, and a view is its bytes. */
export function encodeKey(key: unknown): Json {
  if (Array.isArray(key)) return key.map(encodeKey);
  if (key === 0) return 0;
  if (ArrayBuffer.isView(key)) return encodeKey(bytesOf(key).slice().buffer);
  return openEncoder().encode(key);
}

type Tagged = Record<string, Json>;

function encodeValue(root: unknown, pending: Promise<void>[]): Json {
  const numbers = new Map<object, number>();
  const encode = (value: unknown): Json => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return isPlainNumber(value) ? value : { $: 'number', v: nameOf(value) };
    if (typeof value === 'undefined') return { $: 'undefined' };
    if (typeof value === 'bigint') return { $: 'bigint', v: String(value) };
    if (typeof value !== 'object') throw refused(`a ${typeof value}`);
    const known = numbers.get(value);
    if (known !== undefined) return { $: 'again', v: known };
    numbers.set(value, numbers.size);
    return Array.isArray(value) ? array(value) : special(value);
  };
  const array = (value: readonly unknown[]): Json => {
    const keys = Object.keys(value);
    const isDense = keys.length === value.length && keys.every((key, at) => key === String(at));
    return isDense ? value.map(encode) : { $: 'array', length: value.length, v: members(value) };
  };
  const members = (value: object): Json => Object.entries(value).map(([key, member]) => [key, encode(member)]);
  const special = (value: object): Json => {
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    if (value instanceof Date) return { $: 'date', v: String(value.getTime()) };
    if (value instanceof ArrayBuffer) return { $: 'buffer', v: toBase64(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value)) return { $: 'view', kind, v: toBase64(bytesOf(value)) };
    if (value instanceof Map) return { $: 'map', v: [...value].map((pair) => pair.map(encode)) };
    if (value instanceof Set) return { $: 'set', v: [...value].map(encode) };
    if (value instanceof RegExp) return { $: 'regexp', v: value.source, flags: value.flags };
    if (value instanceof Error) return error(value);
    if (value instanceof Blob) return blob(value);
    if (BOXES.some((box) => value instanceof box)) return { $: 'boxed', v: encode(value.valueOf()) };
    if (kind !== 'Object') throw refused(`a ${kind}`);
    if (Object.hasOwn(value, '$') || Object.hasOwn(value, '__proto__')) return { $: 'object', v: members(value) };
    const plain: Tagged = {};
    for (const [key, member] of Object.entries(value)) plain[key] = encode(member);
    return plain;
  };
  const error = (value: Error): Json => {
    const carried: Tagged = { $: 'error', v: value.name, message: value.message };
    if (Object.hasOwn(value, 'cause')) carried.cause = encode(value.cause);
    return carried;
  };
  const blob = (value: Blob): Json => {
    const carried: Tagged = { $: 'blob', type: value.type, v: '' };
    if (value instanceof File) Object.assign(carried, { name: value.name, modified: value.lastModified });
    pending.push(
      value.arrayBuffer().then((buffer) => {
        carried.v = toBase64(new Uint8Array(buffer));
      }),
    );
    return carried;
  };
  return encode(root);
}

/** The value that `Encoder.encode` got. */
export function decode(root: Json): unknown {
  const objects: object[] = [];
  /** Gives an object its number before its members get theirs, as the encoder does. */
  const begun = <T extends object>(value: T): T => {
    objects.push(value);
    return value;
  };
  const made = (json: Json): unknown => {
    if (json === null || typeof json !== 'object') return json;
    if (Array.isArray(json)) {
      const list = begun([] as unknown[]);
      for (const member of json) list.push(made(member));
      return list;
    }
    const tagged = json as Tagged;
    if (typeof tagged.$ === 'string') return makers[tagged.$]?.(tagged);
    const plain = begun({} as Record<string, unknown>);
    for (const [key, member] of Object.entries(tagged)) plain[key] = made(member);
    return plain;
  };
  const pairs = (json: Json | undefined) => json as readonly (readonly [Json, Json])[];
  const define = (target: object, json: Json | undefined) => {
    for (const [key, member] of pairs(json)) {
      const value = made(member);
      Object.defineProperty(target, String(key), { value, configurable: true, enumerable: true, writable: true });
    }
    return target;
  };
  const makers: Readonly<Record<string, (given: Tagged) => unknown>> = {
    undefined: () => undefined,
    number: ({ v }) => Number(v),
    bigint: ({ v }) => BigInt(String(v)),
    again: ({ v }) => objects[Number(v)],
    array: ({ v, length }) => define(begun(new Array(Number(length))), v),
    object: ({ v }) => define(begun({}), v),
    date: ({ v }) => begun(new Date(Number(v))),
    buffer: ({ v }) => begun(fromBase64(v).buffer),
    view: ({ v, kind }) => begun(Reflect.construct(Reflect.get(globalThis, String(kind)), [fromBase64(v).buffer])),
    map: ({ v }) => {
      const map = begun(new Map<unknown, unknown>());
      for (const [key, value] of pairs(v)) map.set(made(key), made(value));
      return map;
    },
    set: ({ v }) => {
      const set = begun(new Set<unknown>());
      for (const member of v as readonly Json[]) set.add(made(member));
      return set;
    },
    regexp: ({ v, flags }) => begun(new RegExp(String(v), String(flags))),
    error: ({ v, message, cause }) => {
      const Kind = ERRORS.find(({ name }) => name === v) ?? Error;
      const error = begun(new Kind(String(message)));
      if (cause === undefined) return error;
      return Object.defineProperty(error, 'cause', { value: made(cause), configurable: true, writable: true });
    },
    boxed: ({ v }) => begun(Object(made(v ?? null))),
    blob: ({ v, type, name, modified }) => {
      const bytes = [fromBase64(v)];
      if (name === undefined) return begun(new Blob(bytes, { type: String(type) }));
      return begun(new File(bytes, String(name), { type: String(type), lastModified: Number(modified) }));
    },
  };
  return made(root);
}

const BOXES = [Number, String, Boolean, BigInt];
/** A structured clone is of one of these kinds, or a plain Error. */
const ERRORS = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

/** The bytes of a view, or a copy of the bytes of a buffer. */
export function bytesOf(value: ArrayBufferView | ArrayBuffer): Uint8Array<ArrayBuffer> {
  if (value instanceof ArrayBuffer) return new Uint8Array(value.slice(0));
  return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
}

/** Engines since 2025 have a native conversion. */
interface WithBase64 {
  toBase64?(): string;
}

/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  const native = (bytes as WithBase64).toBase64;
  if (typeof native === 'function') return native.call(bytes);
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}

/** The bytes of a base64 text. */
export function fromBase64(text: Json | undefined): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as { fromBase64?(text: string): Uint8Array<ArrayBuffer> }).fromBase64;
  if (typeof native === 'function') return native(String(text));
  return Uint8Array.from(atob(String(text)), (letter) => letter.charCodeAt(0));
}

function isPlainNumber(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

function nameOf(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function refused(kind: string): DOMException {
  return new DOMException(`${kind} cannot be kept by Wakey's journal of this browser`, 'DataCloneError');
}
