#!/usr/bin/env bash
# In libsignal (npm) one late message of a former session, which libsignal reads without an error, breaks the present
# session in both directions.
# Needs bash, Node 20 or later with npm. Downloads 5 MB; takes about 6 s.
set -euo pipefail

LIBSIGNAL=6.0.0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "libsignal@$LIBSIGNAL" >/dev/null

cat >probe.mjs <<'JS'
import libsignal from 'libsignal';

const { ProtocolAddress, SessionBuilder, SessionCipher, SessionRecord, keyhelper } = libsignal;
// libsignal prints whole sessions to the console.
console.info = console.warn = console.error = () => undefined;

/** A device with its keys and sessions in memory, each record stored as JSON and parsed again, as an application does. */
function device(name) {
  const identity = keyhelper.generateIdentityKeyPair();
  const registrationId = keyhelper.generateRegistrationId();
  const signed = keyhelper.generateSignedPreKey(identity, 1);
  const preKeys = new Map();
  const sessions = new Map();
  const storage = {
    loadSession: async (id) => (sessions.has(id) ? SessionRecord.deserialize(JSON.parse(sessions.get(id))) : undefined),
    storeSession: async (id, record) => void sessions.set(id, JSON.stringify(record.serialize())),
    isTrustedIdentity: async () => true,
    loadPreKey: async (id) => preKeys.get(id)?.keyPair,
    removePreKey: async (id) => void preKeys.delete(id),
    loadSignedPreKey: async () => signed.keyPair,
    getOurRegistrationId: async () => registrationId,
    getOurIdentity: async () => identity,
  };
  const bundle = (id) => {
    preKeys.set(id, keyhelper.generatePreKey(id));
    return {
      registrationId,
      identityKey: identity.pubKey,
      signedPreKey: { keyId: 1, publicKey: signed.keyPair.pubKey, signature: signed.signature },
      preKey: { keyId: id, publicKey: preKeys.get(id).keyPair.pubKey },
    };
  };
  return { address: new ProtocolAddress(name, 1), storage, sessions, bundle };
}

const send = (from, to, text) => new SessionCipher(from.storage, to.address).encrypt(Buffer.from(text));
async function read(to, from, { type, body }) {
  const cipher = new SessionCipher(to.storage, from.address);
  try {
    const message = Buffer.from(body);
    const text = type === 3 ? await cipher.decryptPreKeyWhisperMessage(message) : await cipher.decryptWhisperMessage(message);
    return text.toString();
  } catch (error) {
    return error;
  }
}
async function talk(from, to, times) {
  let arrived = 0;
  for (let index = 0; index < times; index++) {
    if (typeof (await read(to, from, await send(from, to, `${index}`))) === 'string') arrived++;
  }
  return arrived;
}

async function run(withLateMessage) {
  const [alice, bob] = [device('alice'), device('bob')];
  await new SessionBuilder(alice.storage, bob.address).initOutgoing(bob.bundle(1));
  await talk(alice, bob, 2);
  await talk(bob, alice, 2);
  const late = await send(bob, alice, 'late');

  // Alice begins a new session, as a client does after a retry receipt with a new key bundle; both devices use it without errors.
  await new SessionBuilder(alice.storage, bob.address).initOutgoing(bob.bundle(2));
  const before = [await talk(alice, bob, 5), await talk(bob, alice, 5), await talk(alice, bob, 5)];
  const text = withLateMessage ? await read(alice, bob, late) : 'not sent';
  return { before, text, after: [await talk(bob, alice, 10), await talk(alice, bob, 10)] };
}
const control = await run(false);
const seen = await run(true);
const line = ({ before, text, after }) =>
  `before ${before.join('+')} of 5+5+5 read; late message "${text}"; after it ${after.join(' + ')} of 10 + 10 read`;
console.log(`SEEN      without the late message: ${line(control)}`);
console.log(`          with it: ${line(seen)}`);
process.exit(`${control.after}` === '10,10' && seen.text === 'late' && `${seen.after}` === '0,0' ? 0 : 1);
JS

echo "VERSION   libsignal $LIBSIGNAL"
cat <<'TEXT'
EXPECTED  20 of 20 read in both runs: The Double Ratchet Algorithm (Signal, "Decrypting messages") says that
          when a message cannot be authenticated, the changes to the state are discarded; libsignal tries the
          newest session first and keeps what the failed try changed.
TEXT
timeout 100 node probe.mjs
