#!/usr/bin/env bash
# Lightpanda deletes an IndexedDB database under an open connection, and asks the connection nothing.
# Needs Linux x64, bash, Node 20 or later with npm, Python 3 with pip. Downloads 30 MB; takes about 12 s.
set -euo pipefail

LIGHTPANDA=1.0.2
PUPPETEER=25.16.0
FAKE_INDEXEDDB=6.2.8
work=$(mktemp -d)
browser=
trap '[ -z "$browser" ] || kill -KILL "$browser" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
timeout 300 python3 -m pip install --quiet --root-user-action=ignore --disable-pip-version-check \
  --no-deps --only-binary=:all: --target python "lightpanda==$LIGHTPANDA"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "puppeteer-core@$PUPPETEER" "fake-indexeddb@$FAKE_INDEXEDDB" >/dev/null

cat >probe.mjs <<'JS'
import { createServer } from 'node:http';
import 'fake-indexeddb/auto';
import puppeteer from 'puppeteer-core';

const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>page'));
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const at = `127.0.0.1:${server.address().port}`;

const deleteUnderConnection = () =>
  new Promise((resolve) => {
    const events = [];
    const open = indexedDB.open('keys', 1);
    open.onupgradeneeded = () => open.result.createObjectStore('sessions');
    open.onsuccess = () => {
      const connection = open.result;
      connection.addEventListener('versionchange', () => {
        events.push('versionchange');
        setTimeout(() => connection.close(), 200);
      });
      const remove = indexedDB.deleteDatabase('keys');
      remove.onblocked = () => events.push('blocked');
      remove.onsuccess = () => resolve([...events, 'deleted'].join(', '));
    };
  });
const control = await deleteUnderConnection();

const browser = await puppeteer.connect({ browserWSEndpoint: process.argv[2] });
const page = await browser.newPage();
await page.goto(`http://${at}/`);
const seen = await page.evaluate(deleteUnderConnection);
console.log(`SEEN      with fake-indexeddb in Node: ${control}`);
console.log(`          in Lightpanda: ${seen}`);
process.exit(control === 'versionchange, blocked, deleted' && seen === 'deleted' ? 0 : 1);
JS

# Lightpanda's telemetry is off; the log names the port that it was given.
LIGHTPANDA_DISABLE_TELEMETRY=1 python/lightpanda/lightpanda serve --port 0 2>log &
browser=$!
disown
for _ in $(seq 100); do
  grep -q 'address=127' log && break
  sleep 0.1
done
address=$(grep -o 'address=127[0-9.:]*' log | head -1 | cut -d= -f2)
echo "VERSION   Lightpanda $LIGHTPANDA, puppeteer-core $PUPPETEER, fake-indexeddb $FAKE_INDEXEDDB"
cat <<'TEXT'
EXPECTED  `versionchange` at the connection, `blocked` at the request, and the deletion once the connection is
          closed: Indexed Database API 3.0, delete a database.
TEXT
timeout 100 node probe.mjs "ws://$address/" "$browser"
