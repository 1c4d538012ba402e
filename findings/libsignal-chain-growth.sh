#!/usr/bin/env bash
# In libsignal (npm) a session grows with each turn of a conversation and never shrinks: each answer costs more than
# the previous answer.
# Needs bash, Node 20 or later with npm. Downloads 5 MB; takes about 15 s.
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

const [alice, bob] = [device('alice'), device('bob')];
await new SessionBuilder(alice.storage, bob.address).initOutgoing(bob.bundle(1));
const size = () => alice.sessions.get(`${bob.address}`).length;
const sizes = [];
let lost = 0;
for (let turn = 1; turn <= 800; turn++) {
  lost += 2 - (await talk(alice, bob, 1)) - (await talk(bob, alice, 1));
  if ([10, 100, 400, 800].includes(turn)) sizes.push({ turn, bytes: size() });
}
const chains = Object.keys(Object.values(JSON.parse(alice.sessions.get(`${bob.address}`))._sessions)[0]._chains).length;
console.log(`SEEN      stored session: ${sizes.map(({ turn, bytes }) => `${bytes} bytes after ${turn} turns`).join(', ')}`);
console.log(`          chains in it: ${chains}; messages lost: ${lost}`);
process.exit(lost === 0 && sizes[3].bytes > 80_000 && chains > 700 ? 0 : 1);
JS

echo "VERSION   libsignal $LIBSIGNAL"
cat <<'TEXT'
EXPECTED  A session of bounded size, since no message was lost or overtaken: The Double Ratchet Algorithm (Signal,
          "State variables") keeps one sending and one receiving chain, and of older chains only the keys of skipped
          messages; Signal's own library keeps five receiving chains.
TEXT
timeout 100 node probe.mjs
