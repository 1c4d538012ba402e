import { createHash, createPublicKey, verify } from 'node:crypto';
import type { PasskeyAssertion } from '../protocol.ts';
import type { BackendContext } from './context.ts';
import type { Answer, Stream } from './streams.ts';

/** A passkey that the account's owner has registered. */
export interface Passkey {
  /** Id of the credential, base64url. */
  readonly id: string;
  /** Public key, base64url of its SubjectPublicKeyInfo; ES256. */
  readonly publicKey: string;
}

/** The result of a passkey request. */
export type PasskeyOutcome = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** Registered passkeys, and the request for one of them while linking. */
export interface Passkeys {
  /** Registers a passkey. Throws if the key is not an ES256 public key. */
  register(passkey: Passkey): void;
  list(): readonly Passkey[];
  /** Requests an assertion from the page if the trouble `passkey` is on, and verifies the assertion. */
  demand(stream: Stream): Promise<PasskeyOutcome>;
}

const patienceMs = 120_000;

/** See {@link Passkeys}. */
export function createPasskeys(context: BackendContext): Passkeys {
  const { journal, random, troubles } = context;
  const passkeys = new Map<string, Passkey>();
  const counters = new Map<string, number>();

  async function demand(stream: Stream): Promise<PasskeyOutcome> {
    if (!troubles().passkey) return { ok: true };
    const rpId = troubles().passkeyRpId || hostOf(stream.origin);
    const challenge = random(32).toString('base64url');
    journal.write('passkey-asked', { stream: stream.id, rpId });
    const allowCredentials = [...passkeys.keys()].map((id) => ({ type: 'public-key' as const, id }));
    const options = { challenge, rpId, timeout: patienceMs, userVerification: 'preferred' as const, allowCredentials };
    stream.send({ type: 'passkey-request', options });
    const wait = Math.max(patienceMs, 5_000 * context.clock.speed);
    const answer = await stream.answer(['passkey-answer', 'passkey-refused'], wait);
    const outcome = judge(answer, { rpId, challenge, origin: stream.origin });
    journal.write(outcome.ok ? 'passkey-verified' : 'passkey-refused', outcome.ok ? {} : { why: outcome.message });
    return outcome;
  }

  function judge(answer: Answer<'passkey-answer' | 'passkey-refused'>, expected: Expected): PasskeyOutcome {
    if (answer.type === 'passkey-refused') return no(`The page refused the passkey request: ${answer.name}.`);
    if (answer.type !== 'passkey-answer') return no('The page did not answer the passkey request in time.');
    const { assertion } = answer;
    const passkey = passkeys.get(assertion.id);
    if (passkey === undefined) return no('The passkey is not registered. Register it with POST /phone/passkeys.');
    const wrong = wrongWith(assertion, passkey, expected, counters.get(passkey.id) ?? 0);
    if (wrong !== undefined) return no(wrong);
    counters.set(passkey.id, counterOf(bytes(assertion.response.authenticatorData)));
    return { ok: true };
  }

  return {
    register(passkey) {
      const key = createPublicKey({ key: bytes(passkey.publicKey), format: 'der', type: 'spki' });
      if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
        throw new Error('The public key is not on P-256. Register an ES256 passkey (alg -7).');
      }
      passkeys.set(passkey.id, passkey);
    },
    list: () => [...passkeys.values()],
    demand,
  };
}

interface Expected {
  readonly rpId: string;
  readonly challenge: string;
  readonly origin: string;
}

/**
 * Verifies an assertion as WebAuthn level 3, section 7.2, requires; returns a description of the first error, if any.
 */
function wrongWith(
  assertion: PasskeyAssertion,
  passkey: Passkey,
  expected: Expected,
  counter: number,
): string | undefined {
  const { clientDataJSON, authenticatorData, signature } = assertion.response;
  const client = readClientData(bytes(clientDataJSON));
  if (client?.type !== 'webauthn.get') return 'The client data does not belong to an assertion.';
  if (client.challenge !== expected.challenge) return 'The assertion answers another challenge.';
  if (client.origin !== expected.origin) return `The assertion was made for ${client.origin}, not ${expected.origin}.`;
  const data = bytes(authenticatorData);
  if (data.length < 37) return 'The authenticator data is too short.';
  const rpHash = createHash('sha256').update(expected.rpId).digest();
  if (!data.subarray(0, 32).equals(rpHash)) return 'The assertion is for another relying party.';
  if ((data.readUInt8(32) & 1) === 0) return 'The assertion does not confirm that a user was present.';
  const next = counterOf(data);
  if ((next !== 0 || counter !== 0) && next <= counter) return 'The counter of the passkey went backwards.';
  const key = createPublicKey({ key: bytes(passkey.publicKey), format: 'der', type: 'spki' });
  const signed = Buffer.concat([data, createHash('sha256').update(bytes(clientDataJSON)).digest()]);
  return verify('sha256', signed, key, bytes(signature))
    ? undefined
    : 'The signature does not match the registered key.';
}

function readClientData(data: Buffer): { type?: unknown; challenge?: unknown; origin?: unknown } | undefined {
  try {
    return JSON.parse(data.toString('utf8')) as { type?: unknown; challenge?: unknown; origin?: unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function counterOf(authenticatorData: Buffer): number {
  return authenticatorData.readUInt32BE(33);
}

function hostOf(origin: string): string {
  // A client other than a browser may send any origin. An invalid origin has no host, so no passkey matches it.
  return URL.parse(origin)?.hostname ?? '';
}

function bytes(base64url: string): Buffer {
  return Buffer.from(base64url, 'base64url');
}

function no(message: string): PasskeyOutcome {
  return { ok: false, message };
}
