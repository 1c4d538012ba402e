import type { PageMessage } from '../../protocol.ts';
import type { Accounts, Device } from '../accounts.ts';
import type { BackendContext } from '../context.ts';
import type { Stream } from '../streams.ts';
import { type Conversation, type ConversationMessage, createConversation } from './conversation.ts';
import type { Fallback } from './fallbacks.ts';
import type { DeviceRatchets } from './report.ts';

/** How many messages flow between a linked device and those with whom it writes. */
export interface TrafficOptions {
  /** Number of the account. @default the first account */
  readonly account?: string;
  /** Messages a second of real time, of both directions together, for each linked device; 0 stops the traffic. */
  readonly rate: number;
  /** Length of each message's text, in bytes. @default 300 */
  readonly bytes?: number;
}

/** The traffic of all devices, and what the service concludes from it. */
export interface Traffic {
  start(options: Required<TrafficOptions>): void;
  running(): readonly Required<TrafficOptions>[];
  ratchets(account?: string): readonly DeviceRatchets[];
  fallbacks(account?: string): readonly Fallback[];
  /** Handles a message of a page; returns false if the message does not belong to the traffic. */
  take(stream: Stream, message: PageMessage): boolean;
  close(): void;
}

const largest = { rate: 1_000, bytes: 60_000 };

/** Checks the options, changes the traffic and returns the options that hold now. Throws a RangeError that says what is wrong. */
export function startedTraffic(traffic: Traffic, accounts: Accounts, asked: TrafficOptions): Required<TrafficOptions> {
  const { account = accounts.list()[0]?.number ?? '', rate, bytes = 300 } = asked;
  if (accounts.find(account) === undefined) throw new RangeError(`There is no account ${account}.`);
  if (!(rate >= 0 && rate <= largest.rate))
    throw new RangeError(`The rate must be a number from 0 to ${largest.rate}; it is ${rate}.`);
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > largest.bytes)
    throw new RangeError(`The bytes must be a whole number from 1 to ${largest.bytes}; they are ${bytes}.`);
  const options = { account, rate, bytes };
  traffic.start(options);
  return options;
}

/** See {@link Traffic}. */
export function createTraffic(context: BackendContext): Traffic {
  const { accounts, clock, journal } = context;
  const conversations = new Map<string, Conversation>();
  const running = new Map<string, { readonly options: Required<TrafficOptions>; readonly stop: () => void }>();

  function conversationOf(device: Device): Conversation {
    const known = conversations.get(device.id) ?? createConversation(context, device);
    conversations.set(device.id, known);
    return known;
  }

  function flow({ account, rate, bytes }: Required<TrafficOptions>): () => void {
    const everyMs = Math.max(shortestStepMs, 1_000 / rate);
    const owed = new Map<string, number>();
    let cancel = (): void => undefined;
    const step = (): void => {
      for (const device of accounts.devices(account)) {
        const conversation = conversationOf(device);
        let left = (owed.get(device.id) ?? 0) + (rate * everyMs) / 1_000;
        // The attempts are bounded: nobody writes while too much is on its way.
        for (let attempts = Math.ceil(left) * 2; left >= 1 && attempts > 0; attempts -= 1)
          left -= conversation.next(bytes);
        owed.set(device.id, Math.min(left, rate));
      }
      cancel = clock.after(everyMs * clock.speed, step);
    };
    step();
    return () => cancel();
  }

  function of<T>(account: string | undefined, list: (conversation: Conversation) => T): readonly T[] {
    const devices = accounts.devices(account).map(({ id }) => conversations.get(id));
    return devices.flatMap((conversation) => (conversation === undefined ? [] : [list(conversation)]));
  }

  return {
    start(options) {
      running.get(options.account)?.stop();
      running.delete(options.account);
      journal.write('traffic-changed', { ...options });
      if (options.rate > 0) running.set(options.account, { options, stop: flow(options) });
    },
    running: () => [...running.values()].map(({ options }) => options),
    ratchets: (account) => of(account, (conversation) => conversation.ratchets()),
    fallbacks: (account) => of(account, (conversation) => conversation.fallbacks()).flat(),
    take(stream, message) {
      if (!isOfConversation(message) || stream.device === undefined) return false;
      conversationOf(stream.device).take(stream, message);
      return true;
    },
    close() {
      for (const { stop } of running.values()) stop();
    },
  };
}

/** The shortest step, in ms: faster traffic sends several messages in one step. */
const shortestStepMs = 10;

function isOfConversation(message: PageMessage): message is ConversationMessage {
  return Object.hasOwn(conversationTypes, message.type);
}

/** The messages of conversations; the type requires all of them. */
const conversationTypes: { readonly [T in ConversationMessage['type']]: true } = {
  holding: true,
  message: true,
  receipt: true,
  'message-refused': true,
  'cannot-write': true,
  prekeys: true,
  'storage-failed': true,
};
