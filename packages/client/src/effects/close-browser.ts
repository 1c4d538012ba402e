import type { BrowserLife } from '../held.js';
import { detailOf, type EffectContext } from './context.js';

/** Ends the browser, or the launch of one; there may be none. */
export function closeBrowser(context: EffectContext): void {
  endBrowser(context).then(
    () => context.send({ type: 'browser-closed' }),
    (error: unknown) => context.send({ type: 'browser-unkillable', detail: detailOf(error) }),
  );
}

/**
 * Ends the browser; rejects when the browser's end could not be confirmed; it is then still held, and the next call tries
 * again. Whoever asks while it is being ended waits for the same end, so that none comes late, into the next browser's life.
 */
export async function endBrowser(context: EffectContext): Promise<void> {
  const { life } = context.held;
  if (life === undefined) return;
  life.isOver = true;
  life.ending ??= end(context, life).catch((error: unknown) => {
    life.ending = undefined;
    throw error;
  });
  await life.ending;
}

async function end({ held, policy, log }: EffectContext, life: BrowserLife): Promise<void> {
  life.abort.abort();
  life.page?.close();
  await life.launched;
  const { leftBehind } = life;
  life.leftBehind = undefined;
  if (leftBehind !== undefined) throw leftBehind;
  await life.handle?.close({ timeout: policy.stopTimeout * 0.8 });
  held.life = undefined;
  await held.workspace?.update({ browserProcess: undefined }).catch((error: unknown) => {
    // Whoever reads it finds that process gone.
    log('warn', 'the end of the browser could not be put on record', { error });
  });
}
