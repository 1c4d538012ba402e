#!/usr/bin/env bash
# In libsignal (npm) the peer of a device that was restored to a state with an unused sending chain can never read its
# messages again, and the device gets no error.
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

async function run(answeredBeforeBackup) {
  const [alice, bob] = [device('alice'), device('bob')];
  await new SessionBuilder(alice.storage, bob.address).initOutgoing(bob.bundle(1));
  for (let turn = 0; turn < 3; turn++) {
    await talk(alice, bob, 1);
    await talk(bob, alice, 1);
  }
  await talk(alice, bob, 1);
  if (answeredBeforeBackup) await talk(bob, alice, 1);
  const backup = new Map(bob.sessions);
  await talk(bob, alice, 1);
  for (const [id, record] of backup) bob.sessions.set(id, record);
  const toBob = await talk(alice, bob, 1);
  let toAlice = 0;
  for (let turn = 0; turn < 20; turn++) {
    toAlice += await talk(bob, alice, 1);
    await talk(alice, bob, 1);
  }
  return { toBob, toAlice };
}
const [control, seen] = [await run(true), await run(false)];
const line = ({ toBob, toAlice }) => `${toBob} of 1 read by the restored device, ${toAlice} of 20 of its own read by the peer`;
console.log(`SEEN      restored to a chain with one message: ${line(control)}`);
console.log(`          restored to an unused chain: ${line(seen)}`);
process.exit(control.toAlice >= 19 && seen.toBob === 1 && seen.toAlice === 0 ? 0 : 1);
JS

echo "VERSION   libsignal $LIBSIGNAL"
cat <<'TEXT'
EXPECTED  At most the one message that repeats a counter is lost, in both runs: in The Double Ratchet
          Algorithm (Signal, "External functions" and "Encrypting messages") the field PN is the number of
          messages in the previous sending chain, so 0 for an unused one. libsignal sends the last counter,
          -1, which its peer reads as 4294967295 messages that are missing.
TEXT
timeout 100 node probe.mjs
