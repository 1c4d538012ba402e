import type { PageMessage } from '../../protocol.ts';
import type { Prekey, Refusal } from '../../ratchet/header.ts';
import type { Holding } from '../../ratchet/holding.ts';
import type { Device } from '../accounts.ts';
import type { BackendContext } from '../context.ts';
import type { Stream } from '../streams.ts';
import { createFallbackWatch, type Fallback } from './fallbacks.ts';
import { createMembers } from './members.ts';
import { group, peers, phoneOf } from './names.ts';
import { createPartner } from './partner.ts';
import { createPost } from './post.ts';
import { createRatchetRecord } from './ratchets.ts';
import type { DeviceRatchets, Refused } from './report.ts';

/** Everything that one linked device writes and reads. */
export interface Conversation {
  /** Someone writes to the device, or the device is told to write. Returns how many messages follow from it. */
  next(bytes: number): number;
  take(stream: Stream, message: ConversationMessage): void;
  ratchets(): DeviceRatchets;
  fallbacks(): readonly Fallback[];
}

/** A message of the page that belongs to its conversations. */
export type ConversationMessage = Extract<
  PageMessage,
  { type: 'holding' | 'message' | 'receipt' | 'message-refused' | 'cannot-write' | 'prekeys' | 'storage-failed' }
>;

/** How many messages are on their way at most; then the others wait with theirs. */
const mostUnderway = 2_000;
const prekeysPerUpload = 20;

/** See {@link Conversation}. */
export function createConversation({ random, clock, journal }: BackendContext, { id, account }: Device): Conversation {
  const name = (): string => random(8).toString('hex');
  const partners = [phoneOf(account), ...peers].map((partner) => createPartner(partner, name));
  const members = createMembers(name);
  const post = createPost();
  const record = createRatchetRecord();
  const watch = createFallbackWatch({ account, device: id });
  const refused = new Map<string, Refused>();
  let prekeys: readonly Prekey[] = [];
  /** How many messages the device was told to write and has not written. */
  let awaited = 0;

  const pick = <T>(list: readonly T[]): T => list[(random(1)[0] ?? 0) % list.length] as T;
  const isHeads = (): boolean => (random(1)[0] ?? 0) < 128;
  const textOf = (bytes: number): string =>
    random(Math.ceil(bytes / 2))
      .toString('hex')
      .slice(0, bytes);

  function refuse(peer: string, by: keyof Omit<Refused, 'peer'>, reason: Refusal): void {
    const before = refused.get(peer) ?? { peer, byPeer: 0, byDevice: 0 };
    refused.set(peer, { ...before, [by]: before[by] + 1 });
    if (before[by] === 0) journal.write('message-refused', { device: id, peer, by, reason });
  }

  function report(fallback: Fallback | undefined): void {
    if (fallback !== undefined) journal.write('fall-back', { ...fallback });
  }

  /** Someone writes to the device; returns the number of messages that follow. */
  function writeTo(bytes: number): number {
    if (post.size() >= mostUnderway) return 0;
    const partner = pick([...partners, undefined]);
    if (partner === undefined) {
      const member = pick(peers);
      post.send({
        type: 'message',
        from: group,
        author: member,
        message: members.write(member, name(), textOf(bytes)),
      });
      return 1;
    }
    const [prekey, ...rest] = prekeys;
    if (!partner.hasSession() && prekey === undefined) return askForPrekeys();
    if (!partner.hasSession() && prekey !== undefined) {
      partner.begin(prekey);
      prekeys = rest;
    }
    const asks = isHeads() ? { answer: bytes } : {};
    post.send({ type: 'message', from: partner.id, message: partner.write(name(), textOf(bytes)), ...asks });
    if (!('answer' in asks)) return 1;
    awaited += 1;
    return 2;
  }

  /** The device writes to someone by itself. */
  function letWrite(bytes: number): number {
    const to = pick([...partners.filter((partner) => partner.hasSession()).map((partner) => partner.id), group]);
    if (awaited >= mostUnderway || !post.tell({ type: 'write', to, bytes })) return 0;
    awaited += 1;
    return 1;
  }

  function askForPrekeys(): number {
    post.tell({ type: 'want-prekeys', count: prekeysPerUpload });
    return 0;
  }

  /** A service that was started again learns from a linked device what the service before it knew. */
  function learn({ newest, sessions, prekeys: held }: Holding): void {
    if (newest.number === 0) return;
    for (const { peer, session } of sessions) partners.find((partner) => partner.id === peer)?.passOver(session);
    members.joinLate();
    watch.prekeys(held, clock.now());
    prekeys = held;
  }

  function connect(stream: Stream, { id: question, holding }: Extract<ConversationMessage, { type: 'holding' }>): void {
    if (record.isEmpty()) learn(holding);
    const { sessions: _, ...held } = record.connect(holding, clock.now());
    awaited = 0;
    journal.write('ratchets-held', { device: id, ...held });
    stream.send({ type: 'reply', id: question, ok: true, value: null });
    post.connect(stream);
  }

  const handlers: { readonly [T in ConversationMessage['type']]: Handler<T> } = {
    holding: (message, stream) => connect(stream, message),
    message({ to, commit, message }) {
      awaited = Math.max(0, awaited - 1);
      record.tell(commit, clock.now());
      report(watch.message(to, message.header, clock.now()));
      const { header, text } = message;
      const reader = to === group ? members : partners.find((partner) => partner.id === to);
      const reason = reader?.read(header, text);
      if (reason !== undefined) refuse(to, 'byPeer', reason);
    },
    receipt({ of, commit }) {
      post.settle(of);
      record.tell(commit, clock.now());
    },
    'message-refused'({ of, reason }) {
      const delivery = post.settle(of);
      if (delivery === undefined) return;
      if (delivery.answer !== undefined) awaited = Math.max(0, awaited - 1);
      refuse(delivery.from, 'byDevice', reason);
    },
    'cannot-write'() {
      awaited = Math.max(0, awaited - 1);
    },
    prekeys({ keys }) {
      report(watch.prekeys(keys, clock.now()));
      prekeys = [...prekeys, ...keys];
    },
    'storage-failed': ({ reason }) => journal.write('page-storage-failed', { device: id, reason }),
  };

  return {
    next: (bytes) => (isHeads() ? writeTo(bytes) : letWrite(bytes)),
    take(stream, message) {
      // The table's type guarantees that each handler takes the messages of its own type.
      (handlers[message.type] as (message: ConversationMessage, stream: Stream) => void)(message, stream);
    },
    ratchets: () => ({
      device: id,
      account,
      acknowledged: record.acknowledged(),
      underway: post.size() + awaited,
      refused: [...refused.values()],
      connects: record.connects(),
    }),
    fallbacks: watch.list,
  };
}

type Handler<T extends ConversationMessage['type']> = (
  message: Extract<ConversationMessage, { type: T }>,
  stream: Stream,
) => void;
