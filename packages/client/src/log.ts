import { plainText } from '@wakey/core';

/** Where a session tells what it does. `fields` are plain and already redacted. pino's logger fits after `pinoLog`. */
export type Log = (level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>) => void;

/** How much a line matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * A log that keeps secrets out: whatever is a Secret prints as `[secret]`, and URLs lose query, fragment and credentials. Each
 * text is one line without what steers a terminal, and bounded: pages and browsers write into it.
 */
export function redacted(log: Log): Log {
  return (level, message, fields) => log(level, printable(message), redact(fields));
}

function printable(text: string): string {
  return withoutUrls(plainText(text, { most: 4_000 }));
}

/** A text whose URLs show no more than scheme, host and path. */
export function withoutUrls(text: string): string {
  return text.replace(
    /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/?#"'<>]*@)?([^\s?#"'<>]*)([?#][^\s"'<>]*)?/gi,
    (_, scheme, __, rest) => `${scheme}${rest}`,
  );
}

function redact(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)]));
}

function plain(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (typeof value !== 'object' || value === null) return value;
  if ('reveal' in value) return '[secret]';
  if (value instanceof Error) return { name: value.name, message: printable(value.message), ...codeOf(value) };
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

function codeOf(error: Error): { readonly code?: unknown } {
  return 'code' in error ? { code: error.code } : {};
}
