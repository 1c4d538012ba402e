import type { PageCommand } from '@wakey/core';
import { detailOf, type EffectContext } from './context.js';

/** Sends a command to the page. */
export function commandPage(context: EffectContext, command: PageCommand): void {
  const { life } = context.held;
  const failed = (detail: string) => {
    context.send({ type: 'page-command-failed', command: command.type, detail });
  };
  if (life?.page === undefined) failed('the page is not open');
  else {
    life.page.perform(command, { signal: life.abort.signal }).catch((error: unknown) => {
      if (!life.isOver) failed(detailOf(error));
    });
  }
}
