import { objectOf, textOf } from './page-window.js';

/** What the page threw, as plain data: its own error classes do not survive the way to Node. */
export interface PlainError {
  readonly name: string;
  readonly code?: number;
  readonly text: string;
  /** In ms, where the server says how long to wait. */
  readonly retryAfter?: number;
}

/**
 * Reads whatever the page threw: an Error, or one of its minified objects, whose meaning sits in
 * `type: { name, value: { code, text, backoff } }`.
 */
export function plainError(thrown: unknown): PlainError {
  const outer = objectOf(thrown);
  const type = objectOf(outer?.type);
  const layers = [objectOf(type?.value), type, objectOf(outer?.value), outer].filter((layer) => layer !== undefined);
  const first = <T>(read: (layer: Readonly<Record<string, unknown>>) => T | undefined): T | undefined => {
    for (const layer of layers) {
      const found = read(layer);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const code = first((layer) => numberOf(layer.code) ?? numberOf(layer.errorCode));
  const backoff = first((layer) => numberOf(layer.backoff));
  const text = first(
    (layer) => textOf(layer.text) ?? textOf(layer.errorText) ?? textOf(layer.message) ?? textOf(layer.reason),
  );
  return {
    name: textOf(type?.name) ?? textOf(outer?.name) ?? typeof thrown,
    ...(code === undefined ? {} : { code }),
    text: (text ?? textOf(thrown) ?? '').slice(0, 200),
    ...(backoff === undefined ? {} : { retryAfter: backoff * 1_000 }),
  };
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
