import { decodeReport } from '@wakey/wire/decode';
import { expect } from 'vitest';

/** Reads the line that a command printed with `--json`. Fails if a field of it is missing in the schema. */
export function reportIn(text: string) {
  const line: unknown = JSON.parse(text);
  const report = decodeReport(line);
  expect(report).toEqual(line);
  return report;
}
