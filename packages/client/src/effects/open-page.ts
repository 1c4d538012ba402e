import { type EndReason, isWakeyError, type PageSignal } from '@wakey/core';
import type { BrowserLife } from '../held.js';
import { detailOf, type EffectContext } from './context.js';

/** Opens the page. Early signals wait until the page is open, so that the machine gets `page-opened` before them. */
export function openPage(context: EffectContext): void {
  const { life } = context.held;
  if (life?.handle === undefined) return; // The browser was lost meanwhile; the event `browser-lost` reports that.
  const early: PageSignal[] = [];
  const pass = (signal: PageSignal) => {
    if (life.isOver) return;
    if (life.page === undefined) early.push(signal);
    else context.send(signal);
  };
  const { page } = life.handle;
  const { held } = context;
  const options = { onSignal: pass, timeout: timeoutOf(context), signal: life.abort.signal };
  context.page.open(page, options).then(
    (opened) => {
      if (life.isOver) return opened.close();
      life.page = opened;
      held.isUsed = true;
      context.onPage(page.native);
      context.send({ type: 'page-opened' });
      for (const signal of early) pass(signal);
    },
    (error: unknown) => refuse(context, life, error),
  );
}

function timeoutOf({ policy }: EffectContext): number {
  return Math.min(policy.loadTimeout, policy.startTimeout * 0.8);
}

function refuse(context: EffectContext, life: BrowserLife, error: unknown): void {
  const detail = detailOf(error);
  const isLost = isWakeyError(error, 'browser-lost') || isWakeyError(error, 'page-crashed');
  if (life.isOver) context.log('debug', 'opening the page was cancelled', { error });
  else if (isLost) context.send({ type: 'browser-lost', detail });
  else context.send({ type: 'page-refused', reason: reasonOf(error), detail });
}

function reasonOf(error: unknown): EndReason {
  if (isWakeyError(error, 'page-foreign')) return 'page-foreign';
  if (isWakeyError(error, 'page-incompatible')) return 'page-incompatible';
  if (isWakeyError(error, 'browser-unsuitable')) return 'browser-unsuitable';
  return 'page-unreachable';
}
