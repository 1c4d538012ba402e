import { plainText } from '@wakey/core';

/** Receives the log lines of a session. `fields` are plain values and already redacted. `pinoLog` adapts pino's logger. */
export type Log = (level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>) => void;

/** The severity of a line. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * Removes secrets from the lines of a log: each `Secret` becomes `[secret]`, and URLs lose query, fragment and
 * credentials. Each text becomes one line of bounded length without control characters, because it can contain text of
 * pages and browsers.
 */
export function redacted(log: Log): Log {
  return (level, message, fields) => log(level, printable(message), redact(fields));
}

function printable(text: string): string {
  return withoutUrls(plainText(text, { most: 4_000 }));
}

/** The text with its URLs cut to scheme, host and path. */
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
