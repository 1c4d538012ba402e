import { UsageError } from '@wakey/config';
import { isWakeyError, plainText, reasons, type StateOf } from '@wakey/core';
import type { Paint } from '../terminal/paint.js';
import { shortDuration } from './short-duration.js';

/** The text of an error: what happened and what to do, and the stack only if `isVerbose`. No text in it can steer a terminal. */
export function textOfError(error: unknown, paint: Paint, isVerbose: boolean): string {
  const stack = isVerbose && error instanceof Error ? `\n${paint.dim(indented(stacks(error)))}` : '';
  if (error instanceof UsageError) return `${paint.bad('✗')} ${indented(error.message)}${stack}`;
  if (!isWakeyError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return `${paint.bad('✗')} ${indented(message)}\n  Run the command again with --verbose to see where.${stack}`;
  }
  return `${paint.bad('✗')} ${indented(error.what)}\n  ${indented(error.hint)}${stack}`;
}

/** Indents all lines but the first, so that none of them looks like a line of Wakey. */
function indented(text: string): string {
  return plainText(text, { most: 8_000, keepLines: true }).replaceAll('\n', '\n  ');
}

/** How a session ended: what happened, the facts of this case, what to do. */
export function textOfEnding({ reason, detail, retryAfter }: StateOf<'ended'>, paint: Paint): string {
  const { what, hint } = reasons[reason];
  // A detail of several sentences is the message of a WakeyError, and its last sentence is the advice for this case.
  const hasAdvice = /\.\s+\p{Lu}.*\.$/su.test(detail);
  return [
    `${paint.bad('✗')} ${what}`,
    ...(detail === '' ? [] : [`  ${indented(detail)}`]),
    ...(hasAdvice ? [] : [`  ${hint}`]),
    ...(retryAfter === null ? [] : [`  WhatsApp asks you to wait ${shortDuration(retryAfter)}.`]),
  ].join('\n');
}

function stacks(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stacks(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
