import type { BrowserLife } from '../held.js';
import { detailOf, type EffectContext } from './context.js';

/** Ends the browser or cancels its launch. Does nothing where neither exists. */
export function closeBrowser(context: EffectContext): void {
  endBrowser(context).then(
    () => context.send({ type: 'browser-closed' }),
    (error: unknown) => context.send({ type: 'browser-unkillable', detail: detailOf(error) }),
  );
}

/**
 * Ends the browser. Rejects when the end of its process could not be confirmed; the session then still holds the browser,
 * and the next call tries again. Calls during the ending wait for that same ending, so that no late call ends the next
 * browser.
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
    // Only log: the record then names a process that is gone, and its readers check whether the process runs.
    log('warn', 'could not record that the browser ended', { error });
  });
}
