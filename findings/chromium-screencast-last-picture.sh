#!/usr/bin/env bash
# In Chromium a screencast does not bring the last picture of a page when its frames were acknowledged late.
# Needs Linux, bash, Node 20 or later with npm, Debian's package chromium (recorded with 156.0.8078.108). Downloads 5
# MB; takes about 20 s.
set -euo pipefail

PUPPETEER=25.16.0
work=$(mktemp -d)
# A browser that was just killed may still write into the folder for a moment.
trap 'rm -rf "$work" 2>/dev/null || { sleep 2; rm -rf "$work"; }' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "puppeteer-core@$PUPPETEER" >/dev/null
chromium=$(command -v chromium) || { echo 'needs the Debian package chromium' >&2; exit 2; }
export HOME=$work

cat >probe.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';

/** Starts Chromium with none of Puppeteer's own switches. Puppeteer kills Chromium if this program ends first. */
async function start(profile) {
  const args = ['--headless=new', '--no-sandbox', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const browser = await puppeteer.launch({ executablePath: process.argv[2], ignoreDefaultArgs: true, args });
  const child = browser.process();
  const ended = once(child, 'exit');
  const [page] = await browser.pages();
  return { page, end: async (signal) => { child.kill(signal); const [code, by] = await ended; return by ?? code; } };
}

/** Lets time pass, because the probe shows what Chromium does within it. */
const pass = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>page'));
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const site = `http://127.0.0.1:${server.address().port}/`;

const { page, end } = await start('profile');
await page.goto(site);
await page.evaluate(() => { document.body.style.background = 'white'; });
const protocol = await page.createCDPSession();
const frames = [];
protocol.on('Page.screencastFrame', (frame) => frames.push(frame));
const nextFrame = () => new Promise((resolve) => protocol.once('Page.screencastFrame', resolve));
const first = nextFrame();
await protocol.send('Page.startScreencast', { format: 'png', maxWidth: 200, maxHeight: 200 });
await first;
await page.evaluate(async () => {
  for (let step = 0; step < 20; step++) {
    document.body.style.background = step === 19 ? 'rgb(200, 0, 0)' : `rgb(0, ${step * 10}, 0)`;
    // Ten pictures a second: a page that moves, as while it syncs.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
// Wait until no frame is under way, before the frames are counted.
await pass(1_000);
const unacknowledged = frames.length;
const numbers = new Set(frames.map(({ sessionId }) => sessionId)).size;
for (const { sessionId } of [...frames]) await protocol.send('Page.screencastFrameAck', { sessionId });
// A frame that does not come needs a bound: Chromium sends frames within 100 ms elsewhere.
await pass(5_000);
const late = frames.length - unacknowledged;
const last = frames.at(-1).data;
await protocol.send('Page.stopScreencast');
const again = nextFrame();
await protocol.send('Page.startScreencast', { format: 'png', maxWidth: 200, maxHeight: 200 });
const present = (await again).data;
await end('SIGKILL');
console.log(`SEEN      ${unacknowledged} frames with ${numbers} number(s); ${late} frames in the 5 s after the acknowledgement; the last of them ${last === present ? 'is' : 'is not'} the present picture`);
process.exit(late === 0 && last !== present ? 0 : 1);
JS

echo "VERSION   $("$chromium" --version 2>/dev/null | head -1), puppeteer-core $PUPPETEER"
cat <<'TEXT'
EXPECTED  After the acknowledgement a frame with the present picture: by the DevTools Protocol Page.startScreencast
          sends each frame as an event with its frame number, and Page.screencastFrameAck says that a frame was
          received.
TEXT
timeout 100 node probe.mjs "$chromium"
