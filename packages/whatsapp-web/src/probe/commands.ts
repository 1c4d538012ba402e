import type { ProbeAnswer, ProbeCommand } from '../probe-command.js';
import { DeadlineError, until, within } from './deadline.js';
import type { DialogReader } from './dialog.js';
import type { Finder } from './finder.js';
import type { LinkCodes } from './link-code.js';
import { plainError } from './page-error.js';
import { functionOf } from './page-window.js';
import type { Passkeys } from './passkey.js';
import { Refusal } from './refusal.js';
import type { Need } from './table.js';

/** The parts of the probe that commands use. */
export interface CommandContext {
  readonly finder: Finder;
  readonly linkCodes: LinkCodes;
  readonly dialog: DialogReader;
  readonly passkeys: Passkeys;
  readonly socket: () => string | undefined;
  readonly isRegistered: () => boolean | undefined;
  readonly isElsewhere: () => boolean;
}

/** Carries out a command within `ms`. Never rejects: an error of the page becomes plain data in the answer. */
export async function perform(context: CommandContext, command: ProbeCommand, ms: number): Promise<ProbeAnswer> {
  try {
    const carry = commands[command.type] as (
      command: ProbeCommand,
      context: CommandContext,
      ms: number,
    ) => Promise<void>;
    await within(ms, carry(command, context, ms));
    return { ok: true };
  } catch (thrown) {
    const { name, code, text } = plainError(thrown);
    const error = { name, ...(code === undefined ? {} : { code }), text };
    const isRefusal = thrown instanceof Refusal;
    return { ok: false, why: isRefusal ? thrown.why : 'refused', missing: isRefusal ? thrown.missing : [], error };
  }
}

type Commands = {
  readonly [T in ProbeCommand['type']]: (
    command: Extract<ProbeCommand, { type: T }>,
    context: CommandContext,
    ms: number,
  ) => Promise<void>;
};

/** A logout that has not failed within this time has started. */
const logoutMs = 1_000;

const commands: Commands = {
  'refresh-qr': (_, context, ms) => refresh(context, ms),
  async 'use-qr'(_, context, ms) {
    await context.linkCodes.leave(ms);
    await refresh(context, ms);
  },
  async 'request-link-code'({ phone }, context, ms) {
    mustBeUnregistered(context);
    await context.linkCodes.request(phone, ms);
  },
  'submit-link-code': ({ code }, { linkCodes }, ms) => linkCodes.submit(code, ms),
  async 'take-over'(_, { finder, socket, isElsewhere }) {
    if (socket() === 'CONFLICT') {
      await only(finder, 'take-over')();
    } else if (isElsewhere()) {
      press(finder, 'take-over-tab');
    } else {
      throw new Refusal('refused', 'No other client or tab holds the connection.');
    }
  },
  async reconnect(_, { finder }) {
    await only(finder, 'reconnect')();
  },
  async 'log-out'(_, { finder, isRegistered }) {
    if (isRegistered() === false) throw new Refusal('refused', 'No device is registered.');
    try {
      await within(logoutMs, only(finder, 'log-out')());
    } catch (thrown) {
      // The page may need longer to inform the service. The page's events report the outcome.
      if (!(thrown instanceof DeadlineError)) throw thrown;
    }
  },
  async 'acknowledge-dialog'(_, { dialog }) {
    if (!dialog.acknowledge()) throw new Refusal('refused', 'The page shows no dialog with a single answer.');
  },
  async 'answer-passkey'({ answer }, { passkeys }) {
    passkeys.answer(answer);
  },
  async 'refuse-passkey'(_, { passkeys }) {
    passkeys.refuse();
  },
};

/** Waits until the page can show codes, then requests new ones in the first way that works. */
async function refresh({ finder, socket, ...context }: CommandContext, ms: number): Promise<void> {
  mustBeUnregistered(context);
  await until(() => ['UNPAIRED', 'UNPAIRED_IDLE'].includes(socket() ?? ''), ms);
  const ways = finder.every('refresh-qr');
  if (ways.length === 0) throw new Refusal('incompatible', finder.namesOf('refresh-qr'));
  let failure: unknown;
  for (const { values } of ways) {
    const way = values[0];
    try {
      if (way instanceof HTMLElement) way.click();
      else await functionOf(way)?.();
      return;
    } catch (thrown) {
      failure = thrown;
    }
  }
  throw failure;
}

function mustBeUnregistered({ isRegistered }: Pick<CommandContext, 'isRegistered'>): void {
  if (isRegistered() === true) throw new Refusal('refused', 'A device is already registered.');
}

function only(finder: Finder, need: Need): () => unknown {
  const part = functionOf(finder.first(need)?.values[0]);
  if (part === undefined) throw new Refusal('incompatible', finder.namesOf(need));
  return part;
}

function press(finder: Finder, need: Need): void {
  const button = finder.first(need)?.values[0];
  if (!(button instanceof HTMLElement)) throw new Refusal('incompatible', finder.namesOf(need));
  button.click();
}
