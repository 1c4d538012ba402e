#!/usr/bin/env bash
# In Lightpanda 1.0.1 a rejection that the page awaits in a try block is reported as unhandled.
# Needs Linux x64, bash, Node 20 or later with npm, Python 3 with pip. Downloads 30 MB; takes about 12 s.
set -euo pipefail

LIGHTPANDA=1.0.1
PUPPETEER=25.16.0
work=$(mktemp -d)
browser=
trap '[ -z "$browser" ] || kill -KILL "$browser" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
timeout 300 python3 -m pip install --quiet --root-user-action=ignore --disable-pip-version-check \
  --no-deps --only-binary=:all: --target python "lightpanda==$LIGHTPANDA"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "puppeteer-core@$PUPPETEER" >/dev/null

cat >probe.mjs <<'JS'
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';

const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>page'));
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const at = `127.0.0.1:${server.address().port}`;

const browser = await puppeteer.connect({ browserWSEndpoint: process.argv[2] });
const page = await browser.newPage();
await page.goto(`http://${at}/`);
const seen = await page.evaluate(async () => {
  const told = [];
  addEventListener('unhandledrejection', ({ reason }) => told.push(reason.message));
  const load = async () => { throw new Error('offline'); };
  try {
    await load();
  } catch {
    // The page handles it.
  }
  // The event comes right after the microtasks, so a second is ample. A build without the surprise fires none: the wait needs a bound.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return told;
});
console.log(`SEEN      ${seen.length === 0 ? 'no unhandledrejection' : `unhandledrejection for "${seen.join(', ')}"`}`);
process.exit(seen.length > 0 ? 0 : 1);
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
echo "VERSION   Lightpanda $LIGHTPANDA, puppeteer-core $PUPPETEER"
cat <<'TEXT'
EXPECTED  No unhandledrejection: HTML Standard, notify about rejected promises: the event is for promises that are
          still not handled after the microtasks, and this one is handled by the await.
TEXT
timeout 100 node probe.mjs "ws://$address/" "$browser"
