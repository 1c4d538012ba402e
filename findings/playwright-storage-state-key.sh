#!/usr/bin/env bash
# Playwright replaces a CryptoKey by an empty object when it saves the storage state with IndexedDB, and says nothing.
# Needs Linux, bash, Node 20 or later with npm, Debian's package chromium (recorded with 156.0.8078.108). Downloads 4
# MB; takes about 15 s.
set -euo pipefail

PLAYWRIGHT=1.65.1
work=$(mktemp -d)
# A browser that was just killed may still write into the folder for a moment.
trap 'rm -rf "$work" 2>/dev/null || { sleep 2; rm -rf "$work"; }' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "playwright-core@$PLAYWRIGHT" >/dev/null
chromium=$(command -v chromium) || { echo 'needs the Debian package chromium' >&2; exit 2; }
export HOME=$work

cat >probe.mjs <<'JS'
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>page'));
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const site = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({ executablePath: process.argv[2], args: ['--no-sandbox'] });

const logIn = async () => {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const iv = new Uint8Array(12);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode('token'));
  const open = indexedDB.open('login', 1);
  open.onupgradeneeded = () => open.result.createObjectStore('rows').put({ key, iv, sealed, note: 'kept' }, 'me');
  await new Promise((resolve) => { open.onsuccess = resolve; });
  open.result.close();
};
const use = async () => {
  const open = indexedDB.open('login');
  await new Promise((resolve) => { open.onsuccess = resolve; });
  const get = open.result.transaction('rows').objectStore('rows').get('me');
  await new Promise((resolve) => { get.onsuccess = resolve; });
  open.result.close();
  const { key, iv, sealed, note } = get.result;
  const text = await crypto.subtle
    .decrypt({ name: 'AES-GCM', iv }, key, sealed)
    .then((bytes) => new TextDecoder().decode(bytes), (error) => error.name);
  return `${Object.prototype.toString.call(key)}, ${sealed.byteLength} sealed bytes, note ${note}: ${text}`;
};
const first = await browser.newContext();
const page = await first.newPage();
await page.goto(site);
await page.evaluate(logIn);
const before = await page.evaluate(use);
const storageState = await first.storageState({ indexedDB: true });
await first.close();
const again = await (await browser.newContext({ storageState })).newPage();
await again.goto(site);
const after = await again.evaluate(use);
await browser.close();
server.close();
console.log(`SEEN      before: ${before}`);
console.log(`          in a context with the saved state: ${after}`);
process.exit(/CryptoKey.*: token$/.test(before) && /^\[object Object\], 21 sealed bytes, note kept: TypeError$/.test(after) ? 0 : 1);
JS

echo "VERSION   playwright-core $PLAYWRIGHT, $("$chromium" --version 2>/dev/null | head -1)"
cat <<'TEXT'
EXPECTED  The key, or an error at storageState(): its documentation says that with `indexedDB` the state holds
          what IndexedDB holds, for applications that keep their authentication there. A CryptoKey that cannot
          be exported has no place in JSON; the rest of the record arrives whole, so the state looks good.
TEXT
timeout 100 node probe.mjs "$chromium"
