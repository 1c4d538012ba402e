import assert from 'node:assert/strict';
import { type ErrorCode, isWakeyError, type WakeyError } from '@wakey/core';

/** Fails unless the call rejects with a WakeyError of this code; gives the error. */
export async function rejects(call: Promise<unknown>, code: ErrorCode): Promise<WakeyError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  assert.ok('error' in outcome, `resolved, where it had to reject with ${code}`);
  assert.ok(isWakeyError(outcome.error), `rejected with ${String(outcome.error)}, which is no WakeyError`);
  assert.equal(outcome.error.code, code, outcome.error.message);
  return outcome.error;
}

/** Waits until something holds. Bounded by the test's own deadline. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}
