#!/usr/bin/env bash
# In Lightpanda a terminated worker runs on: its timers fire, its messages arrive.
# Needs Linux x64, bash, Node 20 or later with npm, Python 3 with pip. Downloads 30 MB; takes about 15 s.
set -euo pipefail

LIGHTPANDA=1.0.2
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
const seen = await page.evaluate(
  () =>
    new Promise((resolve) => {
      const source = 'let count = 0; setInterval(() => postMessage(++count), 50)';
      const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
      const seen = { before: 0, after: 0 };
      let ended = false;
      worker.onmessage = () => {
        if (ended) seen.after++;
        else if (++seen.before === 10) {
          worker.terminate();
          // A message that was under way at the call may still come; what comes 500 ms later was posted later.
          setTimeout(() => { ended = true; }, 500);
          // Messages are counted for 2 s.
          setTimeout(() => resolve(seen), 2_500);
        }
      };
      worker.onerror = () => resolve(seen);
      // A worker that never posts must not keep the probe waiting.
      setTimeout(() => resolve(seen), 20_000);
    }),
);
console.log(`SEEN      ${seen.before} messages before terminate(), ${seen.after} in the 2 s after it`);
process.exit(seen.before >= 10 && seen.after > 20 ? 0 : 1);
JS

# Lightpanda's telemetry is off; the log names the port that it was given.
LIGHTPANDA_DISABLE_TELEMETRY=1 python/lightpanda/lightpanda serve --port 0 --load-resources worker 2>log &
browser=$!
disown
for _ in $(seq 100); do
  grep -q 'address=127' log && break
  sleep 0.1
done
address=$(grep -o 'address=127[0-9.:]*' log | head -1 | cut -d= -f2)
echo "VERSION   Lightpanda $LIGHTPANDA, puppeteer-core $PUPPETEER"
cat <<'TEXT'
EXPECTED  No message after `terminate()`: HTML Standard, terminate a worker: aborts the script that runs and
          discards the tasks of the worker.
TEXT
timeout 100 node probe.mjs "ws://$address/" "$browser"
