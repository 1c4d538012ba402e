import { objectOf, textOf } from './page-window.js';

/** An error of the page as plain data, because the page's error classes cannot be sent to Node. */
export interface PlainError {
  readonly name: string;
  readonly code?: number;
  readonly text: string;
  /** How long to wait, in ms, if the server tells. */
  readonly retryAfter?: number;
}

/**
 * Reads a value that the page threw: an Error, or one of its minified objects, which have the meaning in `type: { name,
 * value: { code, text, backoff } }`.
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
