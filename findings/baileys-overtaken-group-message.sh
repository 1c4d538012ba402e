#!/usr/bin/env bash
# baileys cannot read a group message that a later message of the same sender overtook.
# Needs bash, Node 20 or later with npm. Downloads 40 MB; takes about 15 s.
set -euo pipefail

BAILEYS=7.0.0-rc14
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "baileys@$BAILEYS" >/dev/null

cat >probe.mjs <<'JS'
import { DEFAULT_CONNECTION_CONFIG, addTransactionCapability, useMultiFileAuthState } from 'baileys';
import pino from 'pino';

const logger = pino({ level: 'silent' });
const group = '120363000000000001@g.us';
const alice = '15550100001@s.whatsapp.net';
async function device(folder) {
  const { state } = await useMultiFileAuthState(folder);
  const keys = addTransactionCapability(state.keys, logger, { maxCommitRetries: 2, delayBetweenTriesMs: 10 });
  return DEFAULT_CONNECTION_CONFIG.makeSignalRepository({ creds: state.creds, keys }, logger);
}

async function deliver(order) {
  const sender = await device(`sender-${order}`);
  const member = await device(`member-${order}`);
  const messages = [];
  for (const text of ['first', 'second', 'third']) {
    messages.push(await sender.encryptGroupMessage({ group, meId: alice, data: Buffer.from(text) }));
  }
  const item = { groupId: group, axolotlSenderKeyDistributionMessage: messages[0].senderKeyDistributionMessage };
  await member.processSenderKeyDistributionMessage({ item, authorJid: alice });
  const read = [];
  for (const index of order) {
    const text = await member
      .decryptGroupMessage({ group, authorJid: alice, msg: messages[index].ciphertext })
      .then((data) => Buffer.from(data).toString(), (error) => `${error.name}: ${error.message}`);
    read.push(text);
  }
  return read;
}
const [control, seen] = [await deliver([0, 1, 2]), await deliver([0, 2, 1])];
console.log(`SEEN      in order: ${control.join(', ')}`);
console.log(`          third before second: ${seen.join(', ')}`);
process.exit(control.join() === 'first,second,third' && seen[1] === 'third' && /^TypeError: Expected Buffer/.test(seen[2]) ? 0 : 1);
JS

echo "VERSION   baileys $BAILEYS (its newest release)"
cat <<'TEXT'
EXPECTED  "second" is read after "third": the reader keeps the keys of overtaken messages for this (Signal,
          The Double Ratchet Algorithm, "Out-of-order messages"; baileys stores them as senderMessageKeys),
          but its file store gives them back as plain objects, not as bytes.
TEXT
timeout 100 node probe.mjs
