#!/usr/bin/env bash
# baileys numbers its group messages 0, 2, 4: each message leaves one unused key in a record that is rewritten each
# time.
# Needs bash, Node 20 or later with npm. Downloads 40 MB; takes about 20 s.
set -euo pipefail

BAILEYS=7.0.0-rc14
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "baileys@$BAILEYS" >/dev/null

cat >probe.mjs <<'JS'
import { readdirSync, statSync } from 'node:fs';
import { DEFAULT_CONNECTION_CONFIG, addTransactionCapability, useMultiFileAuthState } from 'baileys';
import pino from 'pino';
import { SenderKeyMessage } from './node_modules/baileys/lib/Signal/Group/sender-key-message.js';

const logger = pino({ level: 'silent' });
const group = '120363000000000001@g.us';
const alice = '15550100001@s.whatsapp.net';
async function device(folder) {
  const { state } = await useMultiFileAuthState(folder);
  const keys = addTransactionCapability(state.keys, logger, { maxCommitRetries: 2, delayBetweenTriesMs: 10 });
  return DEFAULT_CONNECTION_CONFIG.makeSignalRepository({ creds: state.creds, keys }, logger);
}

const sender = await device('sender');
const size = () => readdirSync('sender').filter((name) => name.startsWith('sender-key')).reduce((sum, name) => sum + statSync(`sender/${name}`).size, 0);
const counters = [];
const sizes = [];
for (let index = 0; index < 300; index++) {
  const { ciphertext } = await sender.encryptGroupMessage({ group, meId: alice, data: Buffer.from(`${index}`) });
  counters.push(new SenderKeyMessage(null, null, null, null, ciphertext).getIteration());
  sizes.push(size());
}
console.log(`SEEN      counters ${counters.slice(0, 5).join(', ')} ... ${counters.at(-1)}`);
console.log(`          stored key of the sender: ${sizes[0]} bytes after 1 message, ${sizes.at(-1)} after 300`);
process.exit(counters.slice(0, 3).join() === '0,2,4' && counters.at(-1) === 598 && sizes.at(-1) > 20 * sizes[0] ? 0 : 1);
JS

echo "VERSION   baileys $BAILEYS (its newest release)"
cat <<'TEXT'
EXPECTED  Counters 0, 1, 2 ... 299 and a record of constant size: in the Sender Keys of the Signal protocol
          (WhatsApp Encryption Overview, section "Group messages") the chain key is ratcheted once for each
          message, and the sender keeps no message key.
TEXT
timeout 100 node probe.mjs
