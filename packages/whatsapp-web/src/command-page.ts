import { type CallOptions, type PageHandle, plainText, WakeyError } from '@wakey/core';
import { parseAnswer } from './probe-answer.js';
import { type CarriedCommand, type ProbeCommand, probeKey } from './probe-command.js';

/** Sends a command to the probe. Rejects as `OpenPage.perform` states. */
export async function commandPage(
  page: PageHandle,
  command: CarriedCommand,
  { timeout = 30_000, ...call }: CallOptions = {},
): Promise<void> {
  const { plain, secrets } = opened(command);
  // The probe's own deadline is a little earlier, so that the probe can report why the command failed.
  const arg = { key: probeKey, command: plain, ms: Math.round(timeout * 0.9) };
  const text = await page.evaluate(performInPage, arg, { timeout, ...call });
  if (text === undefined) throw failed(command, 'The browser shows another page than WhatsApp Web.');
  const answer = parseAnswer(text);
  if (answer.ok) return;
  if ('missing' in answer) throw incompatible(command, answer.missing);
  const words = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), answer.words);
  throw failed(command, plainText(words, { most: 300 }));
}

/**
 * Returns the command with its secrets readable, and the list of those secrets, so that the caller can remove them from
 * error messages.
 */
function opened(command: CarriedCommand): { readonly plain: ProbeCommand; readonly secrets: readonly string[] } {
  if (command.type === 'submit-link-code') {
    const code = command.code.reveal();
    return { plain: { ...command, code }, secrets: [code] };
  }
  if (command.type === 'answer-passkey') {
    const answer = command.answer.reveal();
    return { plain: { ...command, answer }, secrets: [answer] };
  }
  return { plain: command, secrets: [] };
}

function performInPage({
  key,
  command,
  ms,
}: {
  key: string;
  command: ProbeCommand;
  ms: number;
}): Promise<string> | undefined {
  return Reflect.get(globalThis, Symbol.for(key))?.perform(command, ms);
}

function failed({ type }: CarriedCommand, reason: string): WakeyError {
  return new WakeyError('page-command-failed', {
    what: `WhatsApp Web refused the command "${type}": ${reason}`,
    hint: 'Send the command again once the session is in a state that allows it.',
    details: { command: type },
  });
}

function incompatible({ type }: CarriedCommand, missing: readonly string[]): WakeyError {
  return new WakeyError('page-incompatible', {
    what: `This build of WhatsApp Web lacks the parts that the command "${type}" needs: ${missing.join(', ')}.`,
    hint: 'Update Wakey. If there is no newer version, report the missing parts as an issue.',
    details: { command: type, missing: missing.join(', ') },
  });
}
