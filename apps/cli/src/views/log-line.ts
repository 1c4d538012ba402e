import type { LogLevel } from '@wakey/client';

/** A line of the log: time, level, message, and its fields as `name=value`. */
export function logLine(
  level: LogLevel,
  message: string,
  fields: Readonly<Record<string, unknown>>,
  now: number,
): string {
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value) ?? 'undefined'}`);
  return [new Date(now).toISOString(), level, message, ...pairs].join(' ');
}
