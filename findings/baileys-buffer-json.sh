#!/usr/bin/env bash
# The JSON reader of baileys turns an object into a Buffer when its keys begin with a digit and its values are
# numbers.
# Needs bash, Node 20 or later with npm. Downloads 40 MB; takes about 15 s.
set -euo pipefail

BAILEYS=7.0.0-rc14
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "baileys@$BAILEYS" >/dev/null

cat >probe.mjs <<'JS'
import { useMultiFileAuthState } from 'baileys';

const first = await useMultiFileAuthState('login');
first.state.creds.additionalData = {
  unread: { '15550100001@s.whatsapp.net': 3, '15550100002@s.whatsapp.net': 300 },
  names: { '15550100001@s.whatsapp.net': 'Ada' },
};
await first.saveCreds();
const { state } = await useMultiFileAuthState('login');
const { unread, names } = state.creds.additionalData;
const text = (value) => (Buffer.isBuffer(value) ? `a Buffer of ${JSON.stringify([...value])}` : JSON.stringify(value));
console.log(`SEEN      unread: ${text(unread)}`);
console.log(`          names: ${text(names)}`);
process.exit(Buffer.isBuffer(unread) && unread.join() === '3,44' && !Buffer.isBuffer(names) ? 0 : 1);
JS

echo "VERSION   baileys $BAILEYS (its newest release)"
cat <<'TEXT'
EXPECTED  What was stored: the README of baileys says to always use BufferJSON for a reliable serialization,
          the credentials (AuthenticationCreds) have the field additionalData for an application, and its
          values here are plain JSON. The numbers lose their keys, and those above 255 their value; the names
          arrive whole.
TEXT
timeout 100 node probe.mjs
