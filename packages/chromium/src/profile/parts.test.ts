import { isKept, leadsToKept } from '@wakey/core';
import { expect, it } from 'vitest';
import { profileParts } from './parts.js';

it.each([
  'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb/000003.log',
  'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.blob/1/00/1f',
  'Default/IndexedDB/something-that-a-later-browser-made.sqlite',
  'Default/Local Storage/leveldb/CURRENT',
  'Default/Service Worker/CacheStorage/0a/1b/2c_0',
  'Default/WebStorage/QuotaManager-journal',
  'Default/WebStorage/2/IndexedDB/indexeddb.leveldb/MANIFEST-000001',
  'Default/Cookies',
  'Default/Cookies-wal',
  'Default/Network/Cookies',
  'Local State',
])('keeps %s', (path) => {
  expect(isKept(profileParts, path)).toBe(true);
});

it.each([
  'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb/LOCK',
  'Default/Local Storage/leveldb/LOG.old',
  'Default/Local Storage/leveldb/000001.dbtmp',
  'Default/Cache/Cache_Data/index',
  'Default/GPUCache/data_0',
  'Default/Service Worker/ScriptCache/index',
  'Default/Preferences',
  'Default/Login Data',
  'SingletonLock',
  'DevToolsActivePort',
  'wakey-browser.json',
  'Local State.bak',
  'Some Place Of A Later Browser/IndexedDB/1.log',
])('leaves %s out', (path) => {
  expect(isKept(profileParts, path)).toBe(false);
});

it('names the directories that can contain files of a backup', () => {
  expect(
    ['Default', 'Default/Service Worker', 'Default/IndexedDB/a', 'Default/Network'].filter((path) =>
      leadsToKept(profileParts, path),
    ),
  ).toHaveLength(4);
  expect(
    ['Default/Cache', 'Default/Service Worker/Database', 'Crashpad', 'Profile 1'].filter((path) =>
      leadsToKept(profileParts, path),
    ),
  ).toEqual([]);
});
