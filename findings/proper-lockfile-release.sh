#!/usr/bin/env bash
# proper-lockfile: a release by an owner that was paused for too long takes the lock from its successor, and succeeds.
# Needs bash, Node 20 or later with npm. Downloads 1 MB; takes about 12 s.
set -euo pipefail

PROPER_LOCKFILE=4.1.2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "proper-lockfile@$PROPER_LOCKFILE" >/dev/null

cat >probe.mjs <<'JS'
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { once } from 'node:events';
import lockfile from 'proper-lockfile';

const file = 'session';
if (process.argv[2] === 'owner') {
  const release = await lockfile.lock(file, { stale: 2_000 });
  process.send('locked');
  // Blocks the event loop for longer than the lock stays valid without an update.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000);
  process.send(await release().then(() => 'resolved', ({ code }) => `rejected (${code})`));
  process.disconnect();
} else {
  writeFileSync(file, '');
  const owner = fork('probe.mjs', ['owner']);
  await once(owner, 'message');
  const released = once(owner, 'message');
  const successor = await lockfile.lock(file, { stale: 2_000, retries: { retries: 40, minTimeout: 200, maxTimeout: 200 }, onCompromised: () => undefined });
  const [outcome] = await released;
  const third = await lockfile.lock(file, { stale: 2_000 }).then(() => 'given', ({ code }) => `refused (${code})`);
  console.log(`SEEN      release of the paused owner: ${outcome}; a third lock while the successor holds it: ${third}`);
  void successor;
  process.exit(outcome === 'resolved' && third === 'given' ? 0 : 1);
}
JS

echo "VERSION   proper-lockfile $PROPER_LOCKFILE"
cat <<'TEXT'
EXPECTED  The release is rejected and the third lock refused (ELOCKED): the README of proper-lockfile says
          that release rejects when the lock was already compromised, and the lock directory carries the time
          of its owner, which the release does not look at.
TEXT
timeout 100 node probe.mjs
