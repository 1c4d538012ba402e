import { detailOf, type EffectContext } from './context.js';

/** Ends the browser, or the launch of one; there may be none. */
export function closeBrowser(context: EffectContext): void {
  endBrowser(context).then(
    () => context.send({ type: 'browser-closed' }),
    (error: unknown) => context.send({ type: 'browser-unkillable', detail: detailOf(error) }),
  );
}

/** Rejects when the browser's end could not be confirmed; it is then still held. */
export async function endBrowser({ held, policy }: EffectContext): Promise<void> {
  const { life } = held;
  if (life === undefined) return;
  life.isOver = true;
  life.abort.abort();
  life.page?.close();
  await life.launched;
  await life.handle?.close({ timeout: policy.stopTimeout * 0.8 });
  held.life = undefined;
}
