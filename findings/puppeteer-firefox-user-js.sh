#!/usr/bin/env bash
# Puppeteer loses the user.js of a Firefox profile for good when its process was killed and the profile is launched
# once more.
# Needs Linux, bash, Node 20 or later with npm, Debian's package firefox-esr (recorded with 153.8.0esr). Downloads 5
# MB; takes about 30 s.
set -euo pipefail

PUPPETEER=25.16.0
work=$(mktemp -d)
# A browser that was just killed may still write into the folder for a moment.
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
/** Whether something comes true within 5 s. Puppeteer restores the file after close() has resolved, and Firefox takes a moment to die. */
async function comesTrue(isSo) {
  for (const end = Date.now() + 5_000; Date.now() < end; ) {
    if (isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
function isGone(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true; // ESRCH: no such process.
  }
}
const own = 'user_pref("intl.accept_languages", "nl");\n';
const kept = () => existsSync('profile/user.js') && readFileSync('profile/user.js', 'utf8').includes('"nl"');

if (role === 'killed') {
  const browser = await launch();
  process.send(browser.process().pid);
} else {
  mkdirSync('profile');
  writeFileSync('profile/user.js', own);
  await (await launch()).close();
  const afterClose = await comesTrue(kept);
  const client = fork('probe.mjs', [executablePath, 'killed']);
  const [firefox] = await once(client, 'message');
  const gone = once(client, 'exit');
  client.kill('SIGKILL');
  await gone;
  process.kill(firefox, 'SIGKILL');
  await comesTrue(() => isGone(firefox));
  await (await launch()).close();
  const afterKill = await comesTrue(kept);
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
