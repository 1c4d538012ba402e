import type { LogLevel } from '@wakey/client';
import { plainText } from '@wakey/core';

/** A line of the log: time, level, message, and its fields as `name=value`. Always one line, whatever the texts contain. */
export function logLine(
  level: LogLevel,
  message: string,
  fields: Readonly<Record<string, unknown>>,
  now: number,
): string {
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value) ?? 'undefined'}`);
  return plainText([new Date(now).toISOString(), level, message, ...pairs].join(' '), { most: 16_000 });
}
