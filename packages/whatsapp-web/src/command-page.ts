import { type CallOptions, type PageHandle, plainText, WakeyError } from '@wakey/core';
import { parseAnswer } from './probe-answer.js';
import { type CarriedCommand, type ProbeCommand, probeKey } from './probe-command.js';

/** Carries a command to the probe. Rejects as `OpenPage.perform` says. */
export async function commandPage(
  page: PageHandle,
  command: CarriedCommand,
  { timeout = 30_000, ...call }: CallOptions = {},
): Promise<void> {
  const { plain, secrets } = opened(command);
  // The page gives up a little earlier, so that it can say why.
  const arg = { key: probeKey, command: plain, ms: Math.round(timeout * 0.9) };
  const text = await page.evaluate(performInPage, arg, { timeout, ...call });
  if (text === undefined) throw failed(command, 'The page that is there now is not WhatsApp Web.');
  const answer = parseAnswer(text);
  if (answer.ok) return;
  if ('missing' in answer) throw incompatible(command, answer.missing);
  const words = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), answer.words);
  throw failed(command, plainText(words, { most: 300 }));
}

/** The command with its secrets in the clear, and those secrets, so that no error repeats them. */
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
    what: `The page did not take the command "${type}": ${reason}`,
    hint: 'Try again when the session is in a state that allows it.',
    details: { command: type },
  });
}

function incompatible({ type }: CarriedCommand, missing: readonly string[]): WakeyError {
  return new WakeyError('page-incompatible', {
    what: `This build of WhatsApp Web has no part for the command "${type}": ${missing.join(', ')}.`,
    hint: 'Update Wakey; report the missing parts if there is no newer one.',
    details: { command: type, missing: missing.join(', ') },
  });
}
