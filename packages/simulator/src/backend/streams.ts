import type { BackendMessage, DeviceKeys, PageMessage, StreamError } from '../protocol.ts';
import type { Device } from './accounts.ts';
import type { BackendContext } from './context.ts';
import { type Challenge, createChallenge } from './proof.ts';
import { readPageMessage } from './read-message.ts';
import type { Wire, WireEvents } from './wire.ts';

/** The connection of a page that has proved possession of its keys. */
export interface Stream {
  readonly id: number;
  readonly origin: string;
  readonly keys: DeviceKeys;
  /** The device as which the page logged in; undefined while the page is not linked. */
  readonly device: Device | undefined;
  isOpen(): boolean;
  send(message: BackendMessage): void;
  /** Sends the page the reason, then closes the stream. */
  end(error: StreamError): void;
  /**
   * Resolves with the first message of one of these types, or with the reason why none will come. `ms` is simulated
   * time.
   */
  answer<T extends PageMessage['type']>(types: readonly T[], ms: number): Promise<Answer<T>>;
}

/** The result of waiting for a page's answer. */
export type Answer<T extends PageMessage['type']> =
  | Extract<PageMessage, { type: T }>
  | { readonly type: 'closed' | 'late' };

/** The events of streams that other parts of the backend handle. */
export interface StreamEvents {
  readonly unlinked: (stream: Stream) => void;
  /** `presented`: the number of the state that the device presented. */
  readonly online: (stream: Stream, device: Device, presented: number) => void;
  /** Whether the service accepts a device with this state. */
  readonly isKnown: (device: Device, presented: number) => boolean;
  readonly message: (stream: Stream, message: PageMessage) => void;
  readonly closed: (stream: Stream) => void;
}

/** The open streams. */
export interface Streams {
  /** Accepts a new connection. */
  accept(origin: string, openWire: (events: WireEvents) => Wire): void;
  all(): readonly Stream[];
  ofDevice(id: string): Stream | undefined;
  /** Cuts every connection, as a lost network does. */
  cutAll(): void;
}

/** Creates the streams: handshake, proof of possession, and dispatch of messages. */
export function createStreams(context: BackendContext, events: StreamEvents): Streams {
  const { journal, accounts } = context;
  const streams = new Set<Stream>();
  const wires = new Set<Wire>();
  let lastId = 0;

  function accept(origin: string, open: (events: WireEvents) => Wire): void {
    lastId += 1;
    const id = lastId;
    let hello: Extract<PageMessage, { type: 'hello' }> | undefined;
    let challenge: Challenge | undefined;
    let stream: (Stream & { deliver(message: PageMessage): void; closed(): void }) | undefined;
    const wire = open({
      message(data) {
        const message = readPageMessage(data);
        if (message === undefined) return refuse('bad-message');
        if (stream !== undefined) return stream.deliver(message);
        if (message.type === 'hello' && hello === undefined) {
          hello = message;
          challenge = createChallenge(context.random);
          return wire.send({ type: 'challenge', key: challenge.key, nonce: challenge.nonce });
        }
        if (message.type !== 'proof' || hello === undefined) return refuse('bad-message');
        if (challenge?.verify(hello, message) !== true) return refuse('proof-refused');
        const { noiseKey, identityKey } = hello;
        admit(hello.device, (device) => {
          stream = openStream({ id, origin, keys: { noiseKey, identityKey }, device, wire, context, events });
          streams.add(stream);
          return stream;
        });
      },
      closed() {
        wires.delete(wire);
        if (stream === undefined) return;
        streams.delete(stream);
        stream.closed();
        journal.write('stream-closed', { stream: id, device: stream.device?.id });
        events.closed(stream);
      },
    });
    wires.add(wire);
    journal.write('stream-opened', { stream: id });

    function refuse(why: string): void {
      journal.write(why, { stream: id });
      wire.close();
    }

    function admit(deviceId: string | undefined, start: (device: Device | undefined) => Stream): void {
      const refusal = refusalOf(context, deviceId);
      const device = deviceId === undefined ? undefined : accounts.device(deviceId);
      const presented = hello?.state ?? 0;
      const isSame = device?.noiseKey === hello?.noiseKey && device?.identityKey === hello?.identityKey;
      if (refusal !== undefined) turnAway(refusal);
      else if (deviceId === undefined) events.unlinked(start(undefined));
      else if (device === undefined || !isSame || !events.isKnown(device, presented))
        turnAway({ kind: 'unknown-device' });
      else {
        replace(device);
        events.online(start(device), device, presented);
      }
    }

    function replace(device: Device): void {
      for (const other of streams) {
        if (other.device?.id !== device.id) continue;
        journal.write('stream-replaced', { stream: other.id, by: id, device: device.id });
        other.end({ kind: 'replaced' });
      }
    }

    function turnAway(error: StreamError): void {
      journal.write('login-refused', { stream: id, reason: error.kind });
      wire.send({ type: 'stream-error', error });
      wire.close();
    }
  }

  return {
    accept,
    all: () => [...streams],
    ofDevice: (id) => [...streams].find((stream) => stream.device?.id === id && stream.isOpen()),
    cutAll() {
      for (const wire of wires) wire.cut();
    },
  };
}

/**
 * Returns the reason for which the service refuses every page, or every page with a login; undefined if it refuses
 * none.
 */
export function refusalOf(context: BackendContext, deviceId: string | undefined): StreamError | undefined {
  const { proxyBlocked, outdated, unavailable, banned, banSeconds, locked, terms } = context.troubles();
  if (proxyBlocked) return { kind: 'proxy-blocked' };
  if (outdated) return { kind: 'outdated' };
  if (unavailable) return { kind: 'unavailable' };
  if (deviceId === undefined) return undefined;
  if (locked) return { kind: 'locked', ...lockNotice };
  if (banned)
    return banSeconds > 0 ? { kind: 'temporarily-banned', ...banNotice, expire: banSeconds } : { kind: 'banned' };
  return terms ? { kind: 'terms' } : undefined;
}

const lockNotice = { header: 'Account locked', subtext: 'Open WhatsApp on your phone for more.' };
const banNotice = {
  code: 101,
  message: 'Messages went to too many people who do not have this number.',
  url: 'https://faq.whatsapp.com/',
};

interface StreamParts {
  readonly id: number;
  readonly origin: string;
  readonly keys: DeviceKeys;
  readonly device: Device | undefined;
  readonly wire: Wire;
  readonly context: BackendContext;
  readonly events: StreamEvents;
}

function openStream(parts: StreamParts): Stream & { deliver(message: PageMessage): void; closed(): void } {
  const { id, origin, keys, device, wire, context, events } = parts;
  const waiting = new Set<(message: PageMessage | { type: 'closed' | 'late' }) => boolean>();
  let isOpen = true;
  const stream = {
    id,
    origin,
    keys,
    device,
    isOpen: () => isOpen,
    send: (message: BackendMessage) => wire.send(message),
    end(error: StreamError) {
      isOpen = false;
      wire.send({ type: 'stream-error', error });
      wire.close();
    },
    answer: <T extends PageMessage['type']>(types: readonly T[], ms: number) =>
      new Promise<Answer<T>>((resolve) => {
        const offer = (message: PageMessage | { type: 'closed' | 'late' }): boolean => {
          const isFinal = message.type === 'closed' || message.type === 'late';
          if (!isFinal && !types.some((type) => type === message.type)) return false;
          cancel();
          waiting.delete(offer);
          resolve(message as Answer<T>);
          return true;
        };
        const cancel = context.clock.after(ms, () => offer({ type: 'late' }));
        waiting.add(offer);
        if (!isOpen) offer({ type: 'closed' });
      }),
    deliver(message: PageMessage) {
      if (!isOpen) return;
      const isTaken = [...waiting].some((offer) => offer(message));
      if (!isTaken) events.message(stream, message);
    },
    closed() {
      isOpen = false;
      for (const offer of [...waiting]) offer({ type: 'closed' });
    },
  };
  return stream;
}
