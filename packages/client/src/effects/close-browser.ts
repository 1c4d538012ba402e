import { detailOf, type EffectContext } from './context.js';

/** Ends the browser, or the launch of one; there may be none. */
export function closeBrowser(context: EffectContext): void {
  endBrowser(context).then(
    () => context.send({ type: 'browser-closed' }),
    (error: unknown) => context.send({ type: 'browser-unkillable', detail: detailOf(error) }),
  );
}

/** Ends the browser; rejects when the browser's end could not be confirmed; it is then still held. */
export async function endBrowser({ held, policy, log }: EffectContext): Promise<void> {
  const { life } = held;
  if (life === undefined) return;
  life.isOver = true;
  life.abort.abort();
  life.page?.close();
  await life.launched;
  await life.handle?.close({ timeout: policy.stopTimeout * 0.8 });
  held.life = undefined;
  await held.workspace?.update({ browserProcess: undefined }).catch((error: unknown) => {
    // Whoever reads it finds that process gone.
    log('warn', 'the end of the browser could not be put on record', { error });
  });
}
