#!/usr/bin/env bash
# In Lightpanda the package `idb` ends every walk through an object store after the first record, without an error.
# Needs Linux x64, bash, Node 20 or later with npm, Python 3 with pip. Downloads 30 MB; takes about 12 s.
set -euo pipefail

LIGHTPANDA=1.0.2
PUPPETEER=25.16.0
IDB=8.0.4
FAKE_INDEXEDDB=6.2.8
work=$(mktemp -d)
browser=
trap '[ -z "$browser" ] || kill -KILL "$browser" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
timeout 300 python3 -m pip install --quiet --root-user-action=ignore --disable-pip-version-check \
  --no-deps --only-binary=:all: --target python "lightpanda==$LIGHTPANDA"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "puppeteer-core@$PUPPETEER" "idb@$IDB" "fake-indexeddb@$FAKE_INDEXEDDB" >/dev/null

cat >probe.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import 'fake-indexeddb/auto';
import * as inNode from 'idb';
import puppeteer from 'puppeteer-core';

const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>page'));
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const at = `127.0.0.1:${server.address().port}`;

const walk = async ({ openDB }) => {
  const db = await openDB('chats', 1, { upgrade: (open) => open.createObjectStore('messages', { keyPath: 'id' }) });
  for (let id = 1; id <= 5; id++) await db.put('messages', { id });
  const ids = [];
  for await (const cursor of db.transaction('messages').store) ids.push(cursor.key);
  return { stored: await db.count('messages'), walked: ids.length };
};
const control = await walk(inNode);

const browser = await puppeteer.connect({ browserWSEndpoint: process.argv[2] });
const page = await browser.newPage();
await page.goto(`http://${at}/`);
await page.evaluate(readFileSync('node_modules/idb/build/umd.js', 'utf8'));
const seen = await page.evaluate(`(${walk})(idb)`);
console.log(`SEEN      with fake-indexeddb in Node: ${control.walked} of ${control.stored} records`);
console.log(`          in Lightpanda: ${seen.walked} of ${seen.stored} records`);
process.exit(control.walked === 5 && seen.stored === 5 && seen.walked === 1 ? 0 : 1);
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
echo "VERSION   Lightpanda $LIGHTPANDA, puppeteer-core $PUPPETEER, idb $IDB, fake-indexeddb $FAKE_INDEXEDDB"
cat <<'TEXT'
EXPECTED  5 of 5 records from `for await (const cursor of store)`: `idb` continues through the attribute
          `IDBCursor.request` (Indexed Database API 3.0, the IDBCursor interface), which Lightpanda does not
          have.
TEXT
timeout 100 node probe.mjs "ws://$address/" "$browser"
