#!/usr/bin/env bash
# RemoteAuth of whatsapp-web.js erases the profile on the disk before it knows that its store can give one back.
# Needs bash, Node 20 or later with npm. Downloads 60 MB; takes about 20 s.
set -euo pipefail

WHATSAPP_WEB_JS=1.34.7
work=$(mktemp -d)
# A browser that was just killed may still write into the folder for a moment.
trap 'rm -rf "$work" 2>/dev/null || { sleep 2; rm -rf "$work"; }' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "whatsapp-web.js@$WHATSAPP_WEB_JS" >/dev/null

cat >probe.mjs <<'JS'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import whatsapp from 'whatsapp-web.js';

const { Client, RemoteAuth } = whatsapp;
async function start(name, store) {
  const dataPath = `${process.cwd()}/${name}`;
  const login = `${dataPath}/RemoteAuth-main/Default/Local Storage/leveldb/000003.log`;
  mkdirSync(login.replace(/\/[^/]*$/, ''), { recursive: true });
  writeFileSync(login, 'a login of a minute ago');
  const authStrategy = new RemoteAuth({ clientId: 'main', dataPath, store, backupSyncIntervalMs: 60_000 });
  const client = new Client({ authStrategy, puppeteer: { executablePath: `${process.cwd()}/no-browser` } });
  const error = await client.initialize().then(() => 'none', ({ message }) => message.split('\n')[0].replace(process.cwd(), '.'));
  return { error, kept: existsSync(login) };
}
const common = { save: async () => undefined, delete: async () => undefined };
const seen = {
  'store has no copy yet': await start('a', { ...common, sessionExists: async () => false, extract: async () => undefined }),
  'store cannot be reached': await start('b', {
    ...common,
    sessionExists: async () => true,
    extract: async () => { throw new Error('connection refused'); },
  }),
};
for (const [when, { error, kept }] of Object.entries(seen)) console.log(`SEEN      ${when}: profile ${kept ? 'kept' : 'erased'}, error: ${error}`);
process.exit(Object.values(seen).every(({ kept }) => !kept) ? 0 : 1);
JS

echo "VERSION   whatsapp-web.js $WHATSAPP_WEB_JS"
cat <<'TEXT'
EXPECTED  The profile is kept: nothing was logged out, no browser started, and nothing is there to put in its place. The
          documentation of RemoteAuth speaks of a remote store and of periodic backups; the first one is made 60 s after
          a login, so a restart in that minute, or an outage of the store, costs the login.
TEXT
timeout 100 node probe.mjs
