#!/usr/bin/env bash
# In Lightpanda importScripts() returns as if nothing happened when the imported script throws: the worker cannot know.
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

const types = { '/': ['text/html', '<!doctype html><p>page'], '/part.js': ['text/javascript', 'self.began = true; throw new RangeError("half-way");'] };
const server = createServer(({ url }, response) => {
  const [type, text] = types[url] ?? ['text/plain', ''];
  response.setHeader('content-type', type).end(text);
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const at = `127.0.0.1:${server.address().port}`;

const browser = await puppeteer.connect({ browserWSEndpoint: process.argv[2] });
const page = await browser.newPage();
await page.goto(`http://${at}/`);
const seen = await page.evaluate(
  () =>
    new Promise((resolve) => {
      const source = `
        let seen = 'returns';
        try { importScripts('${location.origin}/part.js'); } catch (error) { seen = 'throws ' + error.name; }
        postMessage(seen + (self.began ? ', the script had begun' : ', the script had not begun'));`;
      const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = () => resolve('ends the worker');
      // A worker posts within a second. One that never posts must not keep the probe waiting.
      setTimeout(() => resolve('nothing in 20 s'), 20_000);
    }),
);
console.log(`SEEN      importScripts() ${seen}`);
process.exit(seen === 'returns, the script had begun' ? 0 : 1);
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
EXPECTED  importScripts() throws RangeError: HTML Standard, import scripts into worker global scope: a classic script is
          run with "rethrow errors" set.
TEXT
timeout 100 node probe.mjs "ws://$address/" "$browser"
