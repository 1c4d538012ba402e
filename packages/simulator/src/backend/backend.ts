import type { PageMessage, ServerError, StreamError } from '../protocol.ts';
import { pageTroubles, type Troubles } from '../troubles.ts';
import type { BackendContext } from './context.ts';
import { createDialogs } from './dialogs.ts';
import { createLinkCodes, type LinkCodes } from './link-codes.ts';
import { createLogin } from './login.ts';
import { createPairing, type Pairing } from './pairing.ts';
import { createPasskeys, type Passkeys } from './passkeys.ts';
import { restrictionsOf } from './restrictions.ts';
import { createDeviceStates } from './states.ts';
import { createStreams, refusalOf, type Stream } from './streams.ts';
import { createTraffic, type Traffic } from './traffic/traffic.ts';
import type { Wire, WireEvents } from './wire.ts';

/** The service behind the page. */
export interface Backend {
  readonly pairing: Pairing;
  readonly linkCodes: LinkCodes;
  readonly passkeys: Passkeys;
  readonly traffic: Traffic;
  accept(origin: string, openWire: (events: WireEvents) => Wire): void;
  /** Unlinks a device from its account and tells the device's page; returns false if the device was not linked. */
  unlink(device: string): boolean;
  /** Whether the device has an open stream now. */
  isOnline(device: string): boolean;
  /**
   * Ends the stream of a device as if the device had connected from elsewhere; returns false if the device is not
   * online.
   */
  replace(device: string): boolean;
  /** Tells every page that shows a code to make a new secret for the ref that it shows. */
  rotateSecrets(): void;
  /** Acts on a change of the troubles. */
  troublesChanged(before: Troubles, after: Troubles): void;
  cutAll(): void;
}

type Handlers = {
  readonly [T in PageMessage['type']]?: (stream: Stream, message: Extract<PageMessage, { type: T }>) => void;
};

/** Connects the parts of the backend. */
export function createBackend(context: BackendContext): Backend {
  const { journal, accounts, troubles } = context;
  const passkeys = createPasskeys(context);
  const states = createDeviceStates(context);
  const traffic = createTraffic(context);
  const pairing = createPairing(context, passkeys);
  const linkCodes = createLinkCodes(context, pairing);
  const dialogs = createDialogs(context, (device) => unlink(device));
  const login = createLogin(context, (stream) => {
    if (troubles().dialog) dialogs.show(stream);
  });

  const handlers: Handlers = {
    'companion-hello': (stream, message) => void reply(stream, message.id, linkCodes.hello(stream, message)),
    'ask-phone-code': (stream, { id, phone }) => void reply(stream, id, Promise.resolve(linkCodes.show(stream, phone))),
    'cancel-code': (stream) => linkCodes.withdraw(stream),
    'dialog-seen': (stream) => dialogs.acknowledge(stream),
    unpair(stream, { id }) {
      stream.send({ type: 'reply', id, ok: true, value: null });
      const { device } = stream;
      if (device === undefined) return;
      accounts.unlink(device.id);
      journal.write('device-unlinked', { device: device.id, by: 'page' });
    },
    query: (stream, { id, what }) => stream.send({ type: 'reply', id, ok: true, value: what }),
  };

  const streams = createStreams(context, {
    unlinked: pairing.offer,
    isKnown: (device, presented) => states.judge(device.id, presented) !== 'unknown-device',
    online(stream, device, presented) {
      const isFed = states.judge(device.id, presented) === 'accepted';
      // A login that never becomes ready creates no new state, so the service refuses its state again at the next
      // login.
      login.admit(stream, device, isFed ? states.next(device.id) : presented, isFed);
    },
    message(stream, message) {
      if (traffic.take(stream, message)) return;
      const handle = handlers[message.type] as ((stream: Stream, message: PageMessage) => void) | undefined;
      handle?.(stream, message);
    },
    closed(stream) {
      pairing.withdraw(stream);
      linkCodes.withdraw(stream);
    },
  });

  async function reply(stream: Stream, id: number, error: Promise<ServerError | undefined>): Promise<void> {
    const refusal = await error;
    stream.send(
      refusal === undefined
        ? { type: 'reply', id, ok: true, value: null }
        : { type: 'reply', id, ok: false, error: refusal },
    );
  }

  function unlink(device: string): boolean {
    if (!accounts.unlink(device)) return false;
    journal.write('device-unlinked', { device, by: 'phone' });
    streams.ofDevice(device)?.end({ kind: 'device-removed' });
    return true;
  }

  function troublesChanged(before: Troubles, after: Troubles): void {
    states.troublesChanged(before, after);
    if (after.outage !== 'none' || after.portal !== 'none') streams.cutAll();
    for (const stream of streams.all()) {
      const refusal: StreamError | undefined = refusalOf(context, stream.device?.id);
      // Send the troubles first: they decide how the page acts on a refusal.
      stream.send({ type: 'troubles', troubles: pageTroubles(after) });
      if (refusal !== undefined) stream.end(refusal);
      else {
        const restrictions = restrictionsOf(after, Date.now());
        if (stream.device !== undefined) stream.send({ type: 'restrictions', restrictions });
      }
    }
    if (after.dialog === before.dialog) return;
    dialogs.renew();
    if (after.dialog) for (const stream of streams.all()) dialogs.show(stream);
  }

  return {
    pairing,
    linkCodes,
    passkeys,
    traffic,
    accept: streams.accept,
    unlink,
    replace(device) {
      const stream = streams.ofDevice(device);
      stream?.end({ kind: 'replaced' });
      if (stream !== undefined) journal.write('stream-replaced', { stream: stream.id, device });
      return stream !== undefined;
    },
    isOnline: (device) => streams.ofDevice(device) !== undefined,
    rotateSecrets() {
      for (const stream of streams.all()) if (stream.device === undefined) stream.send({ type: 'rotate-secret' });
    },
    troublesChanged,
    cutAll: streams.cutAll,
  };
}
