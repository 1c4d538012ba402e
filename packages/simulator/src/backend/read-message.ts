import type { PageMessage, PasskeyAssertion } from '../protocol.ts';
import { readHolding, readKeys, readSealed, readTold, refusalOf } from './traffic/read.ts';

type Fields = Readonly<Record<string, unknown>>;
type Reader = (fields: Fields) => PageMessage | undefined;

const readers: { readonly [T in PageMessage['type']]: Reader } = {
  hello: ({ version, registrationId, device, state, noiseKey, identityKey }) =>
    isText(version) && isText(noiseKey) && isText(identityKey) && typeof registrationId === 'number'
      ? {
          type: 'hello',
          version,
          registrationId,
          noiseKey,
          identityKey,
          ...(isText(device) ? { device } : {}),
          ...(isId(state) ? { state } : {}),
        }
      : undefined,
  proof: ({ noise, identity }) => (isText(noise) && isText(identity) ? { type: 'proof', noise, identity } : undefined),
  'pair-accepted': () => ({ type: 'pair-accepted' }),
  'pair-refused': ({ reason }) => (isText(reason) ? { type: 'pair-refused', reason } : undefined),
  'companion-hello': ({ id, phone, salt, iv, box }) =>
    isId(id) && isText(phone) && isText(salt) && isText(iv) && isText(box)
      ? { type: 'companion-hello', id, phone, salt, iv, box }
      : undefined,
  'cancel-code': () => ({ type: 'cancel-code' }),
  'ask-phone-code': ({ id, phone }) => (isId(id) && isText(phone) ? { type: 'ask-phone-code', id, phone } : undefined),
  'passkey-answer': ({ assertion }) => (isAssertion(assertion) ? { type: 'passkey-answer', assertion } : undefined),
  'passkey-refused': ({ name, message }) =>
    isText(name) && isText(message) ? { type: 'passkey-refused', name, message } : undefined,
  'dialog-seen': ({ dialog }) => (isText(dialog) ? { type: 'dialog-seen', dialog } : undefined),
  unpair: ({ id }) => (isId(id) ? { type: 'unpair', id } : undefined),
  query: ({ id, what }) => (isId(id) && isText(what) ? { type: 'query', id, what } : undefined),
  holding({ id, holding }) {
    const read = readHolding(holding);
    return isId(id) && read !== undefined ? { type: 'holding', id, holding: read } : undefined;
  },
  message({ to, commit, message }) {
    const [told, sealed] = [readTold(commit), readSealed(message)];
    return isText(to) && told && sealed ? { type: 'message', to, commit: told, message: sealed } : undefined;
  },
  receipt({ of, commit }) {
    const told = readTold(commit);
    return isText(of) && told ? { type: 'receipt', of, commit: told } : undefined;
  },
  'message-refused'({ of, reason }) {
    const refusal = refusalOf(reason);
    return isText(of) && refusal ? { type: 'message-refused', of, reason: refusal } : undefined;
  },
  'cannot-write': ({ to }) => (isText(to) ? { type: 'cannot-write', to } : undefined),
  prekeys({ keys }) {
    const read = readKeys(keys);
    return read && { type: 'prekeys', keys: read };
  },
  'storage-failed': ({ reason }) => (isText(reason) ? { type: 'storage-failed', reason } : undefined),
};

/** Parses one message of a page; returns undefined if the text is no such message. */
export function readPageMessage(data: string): PageMessage | undefined {
  const fields = readObject(data);
  const type = fields?.type;
  if (fields === undefined || !isText(type) || !Object.hasOwn(readers, type)) return undefined;
  return readers[type as PageMessage['type']](fields);
}

function readObject(data: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 65_536;
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isAssertion(value: unknown): value is PasskeyAssertion {
  if (typeof value !== 'object' || value === null) return false;
  const { id, rawId, type, response } = value as Fields;
  if (!isText(id) || !isText(rawId) || !isText(type) || typeof response !== 'object' || response === null) return false;
  const { clientDataJSON, authenticatorData, signature } = response as Fields;
  return isText(clientDataJSON) && isText(authenticatorData) && isText(signature);
}
