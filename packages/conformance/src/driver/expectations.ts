import assert from 'node:assert/strict';
import { type ErrorCode, isWakeyError, type WakeyError } from '@wakey/core';

/** Fails unless the call rejects with a WakeyError of this code; gives the error. */
export function rejects(call: Promise<unknown>, code: ErrorCode): Promise<WakeyError> {
  const verdict = judge(call, code);
  // A clause may await it later, or fail at another one before: that this one failed as well is then no news.
  verdict.catch(() => undefined);
  return verdict;
}

async function judge(call: Promise<unknown>, code: ErrorCode): Promise<WakeyError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  assert.ok('error' in outcome, `resolved, where it had to reject with ${code}`);
  assert.ok(isWakeyError(outcome.error), `rejected with ${String(outcome.error)}, which is no WakeyError`);
  assert.equal(outcome.error.code, code, outcome.error.message);
  return outcome.error;
}

/** Waits until something holds, and fails where it never does: against hanging, not against slowness. */
export async function until(holds: () => boolean | Promise<boolean>, patience = 60_000): Promise<void> {
  const end = Date.now() + patience;
  while (!(await holds())) {
    assert.ok(Date.now() < end, 'what has to come true did not');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
