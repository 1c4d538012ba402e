#!/usr/bin/env bash
# If baileys cannot open a stored login for a moment, it takes the login for one that was never made, and its next save
# overwrites the stored login.
# Needs bash, Node 20 or later with npm. Downloads 40 MB; takes about 15 s.
set -euo pipefail

BAILEYS=7.0.0-rc14
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "baileys@$BAILEYS" >/dev/null
ulimit -n 512
cat >probe.mjs <<'JS'
import { closeSync, openSync } from 'node:fs';
import { useMultiFileAuthState } from 'baileys';

const first = await useMultiFileAuthState('login');
first.state.creds.registered = true;
await first.saveCreds();
const identity = ({ state }) => `${state.creds.registered ? 'registered' : 'new'}, identity key ${Buffer.from(state.creds.signedIdentityKey.public).toString('hex').slice(0, 8)}`;
console.log(`SEEN      saved: ${identity(first)}`);

// The process has reached its limit of open files (EMFILE), as happens on a busy server.
const open = [];
try {
  for (;;) open.push(openSync('/dev/null'));
} catch (error) {
  console.log(`          ${error.code} with ${open.length} files open`);
}
const during = await useMultiFileAuthState('login').catch((error) => error);
for (const file of open) closeSync(file);
console.log(`          opened meanwhile: ${during instanceof Error ? `error ${during.code}` : identity(during)}`);
if (!(during instanceof Error)) await during.saveCreds();
const after = await useMultiFileAuthState('login');
console.log(`          opened after the next save: ${identity(after)}`);
process.exit(!(during instanceof Error) && !after.state.creds.registered && identity(after) !== identity(first) ? 0 : 1);
JS

echo "VERSION   baileys $BAILEYS (its newest release), $(ulimit -n) files allowed"
cat <<'TEXT'
EXPECTED  An error, or the login that was saved: POSIX (open) says of EMFILE that the process has too many
          files open, which says nothing about this file; only ENOENT means that there is none. The README of
          baileys offers useMultiFileAuthState as the guide for stores of one's own.
TEXT
timeout 100 node probe.mjs
