#!/usr/bin/env bash
# Puppeteer loses the user.js of a Firefox profile for good when its process was killed and the profile is launched
# once more.
# Needs Linux, bash, Node 20 or later with npm, Debian's package firefox-esr (recorded with 153.8.0esr). Downloads 5
# MB; takes about 30 s.
set -euo pipefail

PUPPETEER=25.16.0
work=$(mktemp -d)
trap 'rm -rf "$work" 2>/dev/null || { sleep 2; rm -rf "$work"; }' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "puppeteer-core@$PUPPETEER" >/dev/null
firefox=$(command -v firefox-esr) || { echo 'needs the Debian package firefox-esr' >&2; exit 2; }
export HOME=$work

cat >probe.mjs <<'JS'
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import puppeteer from 'puppeteer-core';

const [, , executablePath, role] = process.argv;
const launch = () => puppeteer.launch({ browser: 'firefox', executablePath, headless: true, userDataDir: 'profile' });
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const own = 'user_pref("intl.accept_languages", "nl");\n';
const kept = () => existsSync('profile/user.js') && readFileSync('profile/user.js', 'utf8').includes('"nl"');

if (role === 'killed') {
  const browser = await launch();
  process.send(browser.process().pid);
  await sleep(60_000);
} else {
  mkdirSync('profile');
  writeFileSync('profile/user.js', own);
  await (await launch()).close();
  await sleep(1_000);
  const afterClose = kept();
  const client = fork('probe.mjs', [executablePath, 'killed']);
  const [firefox] = await once(client, 'message');
  const gone = once(client, 'exit');
  client.kill('SIGKILL');
  await gone;
  process.kill(firefox, 'SIGKILL');
  await sleep(2_000);
  await (await launch()).close();
  await sleep(1_000);
  const afterKill = kept();
  console.log(`SEEN      own user.js after launch and close: ${afterClose ? 'kept' : 'lost'}; after a killed client, launch and close: ${afterKill ? 'kept' : 'lost'}`);
  process.exit(afterClose && !afterKill ? 0 : 1);
}
JS

echo "VERSION   $("$firefox" --version), puppeteer-core $PUPPETEER"
cat <<'TEXT'
EXPECTED  The own user.js is kept in both cases: Puppeteer sets it aside at a launch to put it back at the end
          (its packages/browsers and FirefoxLauncher), and the copy that was set aside still lies in the
          profile at the second launch. That launch overwrites it with Puppeteer's own.
TEXT
timeout 100 node probe.mjs "$firefox"
