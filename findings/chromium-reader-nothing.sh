#!/usr/bin/env bash
# chromium-reader finds no IndexedDB database in a profile of Chromium 156, and reports an empty one instead of an
# error.
# Needs Linux, bash, Node 20 or later with npm, Python 3.11 or later with pip, Debian's package chromium (recorded with
# 156.0.8078.108). Downloads 4 MB; takes about 10 s.
set -euo pipefail

CHROMIUM_READER=0.1.1
PUPPETEER=25.16.0
work=$(mktemp -d)
# A browser that was just killed may still write into the folder for a moment.
trap 'rm -rf "$work" 2>/dev/null || { sleep 2; rm -rf "$work"; }' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "puppeteer-core@$PUPPETEER" >/dev/null
timeout 300 python3 -m pip install --quiet --root-user-action=ignore --disable-pip-version-check --no-deps \
  --target python "chromium-reader==$CHROMIUM_READER"
chromium=$(command -v chromium) || { echo 'needs the Debian package chromium' >&2; exit 2; }
export HOME=$work

cat >fill.mjs <<'JS'
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';

const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>page'));
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const browser = await puppeteer.launch({ executablePath: process.argv[2], headless: true, userDataDir: 'profile', args: ['--no-sandbox'] });
const [page] = await browser.pages();
await page.goto(`http://127.0.0.1:${server.address().port}/`);
const rows = await page.evaluate(async () => {
  localStorage.setItem('note', 'kept');
  const open = indexedDB.open('state', 1);
  open.onupgradeneeded = () => {
    const store = open.result.createObjectStore('rows');
    for (let id = 1; id <= 5; id++) store.put({ id, text: 'kept' }, id);
  };
  await new Promise((resolve) => { open.onsuccess = resolve; });
  const count = open.result.transaction('rows').objectStore('rows').count();
  await new Promise((resolve) => { count.onsuccess = resolve; });
  return count.result;
});
await browser.close();
server.close();
console.log(rows);
JS

cat >read.py <<'PY'
import glob
import sys

from chromium_reader import IndexedDbReader, LocalStorageReader, RawLevelDb

folder = glob.glob('profile/Default/IndexedDB/*.leveldb')[0]
with RawLevelDb(folder) as raw:
    entries = sum(1 for _ in raw.iterate_records_raw())
with IndexedDbReader(folder) as reader:
    databases, records = len(reader.databases), len(list(reader.records(skip_undecodable=False)))
with LocalStorageReader('profile/Default/Local Storage/leveldb') as reader:
    items = len(list(reader.records()))
rows = int(sys.argv[1])
print(f'SEEN      the page counts {rows} rows in 1 database, the folder has {entries} entries of LevelDB')
print(f'          chromium-reader gives {databases} databases and {records} rows, and {items} item of localStorage')
sys.exit(0 if rows == 5 and entries > rows and (databases, records) == (0, 0) and items == 1 else 1)
PY

echo "VERSION   chromium-reader $CHROMIUM_READER (PyPI), $("$chromium" --version 2>/dev/null | head -1)"
cat <<'TEXT'
EXPECTED  1 database with 5 rows, or an error: the README of chromium-reader says that its IndexedDB reader walks every
          database and object store, and Chromium was closed in order before.
TEXT
rows=$(timeout 60 node fill.mjs "$chromium")
PYTHONPATH=python timeout 30 python3 read.py "$rows"
