import { createHmac } from 'node:crypto';
import type { DeviceKeys } from '../protocol.ts';
import { refLapsesAfter, refsPerBatch } from '../timing.ts';
import { type Account, type Device, meOf } from './accounts.ts';
import type { BackendContext } from './context.ts';
import type { Passkeys } from './passkeys.ts';
import type { Stream } from './streams.ts';

/** The reason why the phone could not link a device. */
export type PairRefusal =
  | 'unknown-code'
  | 'expired-code'
  | 'wrong-keys'
  | 'wrong-secret'
  | 'too-many-devices'
  | 'account-banned'
  | 'account-locked'
  | 'passkey-refused'
  | 'no-answer';

/** The result of linking. */
export type PairResult =
  | { readonly ok: true; readonly device: Device }
  | { readonly ok: false; readonly reason: PairRefusal; readonly message: string };

/** What the phone has learned about a companion, from a QR code or a link code. */
export interface Companion extends DeviceKeys {
  readonly ref: string;
  /** The secret that only phone and companion know, base64. */
  readonly advSecret: string;
  readonly platform: string;
}

/** Issues refs and links the companions that the phone has scanned. */
export interface Pairing {
  /** Sends a new stream its batch of refs. */
  offer(stream: Stream): void;
  /** Links the companion whose ref the phone presents. */
  pair(account: Account, companion: Companion): Promise<PairResult>;
  /** Links a companion whose stream is already known, as after a link code. */
  complete(stream: Stream, account: Account, companion: Companion): Promise<PairResult>;
  /** Forgets the refs of a stream. */
  withdraw(stream: Stream): void;
}

/** See {@link Pairing}. */
export function createPairing(context: BackendContext, passkeys: Passkeys): Pairing {
  const { clock, random, journal, accounts } = context;
  const refs = new Map<string, { readonly stream: Stream; readonly lapsesAt: number }>();
  // The timers of page and service differ by milliseconds, so the service accepts a code a little longer, as the real
  // service does.
  const graceMs = Math.max(250, 2_000 / clock.speed);

  function offer(stream: Stream): void {
    const batch = Array.from({ length: refsPerBatch }, () => `2@${random(66).toString('base64')}`);
    const issuedAt = clock.now();
    for (const [index, ref] of batch.entries()) {
      refs.set(ref, { stream, lapsesAt: issuedAt + refLapsesAfter(index) / clock.speed + graceMs });
    }
    journal.write('refs-issued', { stream: stream.id, refs: batch });
    stream.send({ type: 'pair-device', refs: batch });
  }

  async function pair(account: Account, companion: Companion): Promise<PairResult> {
    const known = refs.get(companion.ref);
    if (known === undefined || !known.stream.isOpen()) {
      return refused('unknown-code', 'No page shows this code. The page shows a newer code or was closed.');
    }
    if (clock.now() >= known.lapsesAt)
      return refused('expired-code', 'This code has expired. Scan the code that the page shows now.');
    return complete(known.stream, account, companion);
  }

  async function complete(stream: Stream, account: Account, companion: Companion): Promise<PairResult> {
    const { keys } = stream;
    if (keys.noiseKey !== companion.noiseKey || keys.identityKey !== companion.identityKey) {
      return refused('wrong-keys', 'The code has other keys than the page that shows it.');
    }
    const { banned, locked } = context.troubles();
    if (banned) return refused('account-banned', 'This account cannot link devices, because it is banned.');
    if (locked) return refused('account-locked', 'This account cannot link devices, because it is locked.');
    if (!accounts.hasRoom(account)) {
      return refused(
        'too-many-devices',
        'The account already has four linked devices. Unlink one of them on the phone first.',
      );
    }
    withdraw(stream);
    const demanded = await passkeys.demand(stream);
    if (!demanded.ok) return refused('passkey-refused', demanded.message);
    return handOver(stream, account, companion);
  }

  async function handOver(stream: Stream, account: Account, companion: Companion): Promise<PairResult> {
    const { platform, advSecret } = companion;
    const device = accounts.link(account, { ...stream.keys, platform, linkedAt: clock.now() });
    if (device === undefined)
      return refused('too-many-devices', 'The account already has four linked devices. Unlink one of them first.');
    const identity = Buffer.from(JSON.stringify({ device: device.id, key: stream.keys.identityKey }));
    const hmac = createHmac('sha256', Buffer.from(advSecret, 'base64')).update(identity).digest('base64');
    stream.send({ type: 'pair-success', me: meOf(account, device.id), identity: identity.toString('base64'), hmac });
    const answer = await stream.answer(['pair-accepted', 'pair-refused'], Math.max(30_000, 10_000 * clock.speed));
    if (answer.type !== 'pair-accepted') {
      accounts.unlink(device.id);
      return answer.type === 'pair-refused'
        ? refused(
            'wrong-secret',
            'The page has replaced the secret of this code. Scan the code that the page shows now.',
          )
        : refused('no-answer', 'The page did not answer. Check that the page is still open.');
    }
    journal.write('device-linked', { device: device.id, account: account.number });
    stream.end({ kind: 'restart' });
    return { ok: true, device };
  }

  function withdraw(stream: Stream): void {
    for (const [ref, { stream: owner }] of refs) if (owner === stream) refs.delete(ref);
  }

  return { offer, pair, complete, withdraw };
}

function refused(reason: PairRefusal, message: string): PairResult {
  return { ok: false, reason, message };
}
