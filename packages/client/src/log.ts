/** Where a session tells what it does. `fields` are plain and already redacted. pino's logger fits after `pinoLog`. */
export type Log = (level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>) => void;

/** How much a line matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A log that keeps secrets out: whatever is a Secret prints as `[secret]`, and URLs lose query, fragment and credentials. */
export function redacted(log: Log): Log {
  return (level, message, fields) => log(level, withoutUrls(message), redact(fields));
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
  if (typeof value === 'string') return withoutUrls(value);
  if (typeof value !== 'object' || value === null) return value;
  if ('reveal' in value) return '[secret]';
  if (value instanceof Error) return { name: value.name, message: withoutUrls(value.message), ...codeOf(value) };
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

function codeOf(error: Error): { readonly code?: unknown } {
  return 'code' in error ? { code: error.code } : {};
}
