import { isWakeyError } from '@wakey/core';
import { detailOf, type EffectContext } from './context.js';

/** Reads the page again. One reading at a time: a slow page is not asked twice at once. */
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
      if (isWakeyError(error, 'page-foreign')) context.send({ type: 'page-refused', reason: 'page-foreign', detail });
      else context.send({ type: 'read-failed', detail });
    })
    .finally(() => {
      life.isReading = false;
    });
}
