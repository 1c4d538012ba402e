import { isWakeyError } from '@wakey/core';
import { detailOf, type EffectContext } from './context.js';

/** The errors of a reading that refuse the page itself. Every other error is a failure of the reading. */
const refusals = ['page-foreign', 'page-unreachable'] as const;

/** Reads the page again. Does nothing while another reading runs, so that readings do not pile up on a slow page. */
export function readPage(context: EffectContext): void {
  const { life } = context.held;
  if (life?.page === undefined || life.isReading) return;
  life.isReading = true;
  const options = { timeout: Math.min(10_000, context.policy.heartbeat), signal: life.abort.signal };
  life.page
    .read(options)
    .catch((error: unknown) => {
      const detail = detailOf(error);
      if (life.isOver) return;
      const reason = refusals.find((code) => isWakeyError(error, code));
      context.send(reason === undefined ? { type: 'read-failed', detail } : { type: 'page-refused', reason, detail });
    })
    .finally(() => {
      life.isReading = false;
    });
}
