import assert from 'node:assert/strict';
import { type ErrorCode, isWakeyError, type WakeyError } from '@wakey/core';

/** Fails unless the call rejects with a WakeyError of this code; returns the error. */
export function rejects(call: Promise<unknown>, code: ErrorCode): Promise<WakeyError> {
  const verdict = judge(call, code);
  // A clause may await this call later, or fail at another call first. Then the failure of this call needs no report.
  verdict.catch(() => undefined);
  return verdict;
}

async function judge(call: Promise<unknown>, code: ErrorCode): Promise<WakeyError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  assert.ok('error' in outcome, `the call resolved, but should reject with ${code}`);
  assert.ok(isWakeyError(outcome.error), `the call rejected with ${String(outcome.error)}, which is not a WakeyError`);
  assert.equal(outcome.error.code, code, outcome.error.message);
  return outcome.error;
}

/** Waits until a condition holds, and fails if it never does. The limit catches hanging, not slowness. */
export async function until(holds: () => boolean | Promise<boolean>, patience = 60_000): Promise<void> {
  const end = Date.now() + patience;
  while (!(await holds())) {
    assert.ok(Date.now() < end, 'the condition did not become true in time');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
