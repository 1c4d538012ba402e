import type { ProfilePart } from '@wakey/core';

/**
 * Which parts of a Chromium profile are kept and which are left out: the first part that names a path decides. Chromium and
 * its headless shell use the same places, the shell fewer of them; both drivers leave them as they are.
 *
 * Paths that no other part names are left out. A login lies in the storage of sites, which has directories of its own. These
 * are kept whole, so that new files in them are kept too. The rest of a profile serves a person at the browser's windows, or
 * one machine; keeping unknown paths would pack caches, locks and paths of one machine.
 */
export const profileParts: readonly ProfilePart[] = [
  left('a lock of the process that has the database open; the browser creates it again', '**/LOCK'),
  left('LevelDB’s log for people; no program reads it', '**/LOG', '**/LOG.old'),
  left('an unfinished pointer of LevelDB after a crash; LevelDB ignores it', '**/*.dbtmp'),
  left('SQLite’s index of its write-ahead log; SQLite creates it again from the log', '**/*-shm'),
  kept('the databases of the page: the keys of the login, its contacts and messages', 'Default/IndexedDB'),
  kept('localStorage of the page: the encrypted half of the login', 'Default/Local Storage'),
  kept('the page’s own copy of that half, from which the page repairs it', 'Default/Service Worker/CacheStorage'),
  kept('which site owns which storage, and newer kinds of storage', 'Default/WebStorage'),
  kept('files that the page stores', 'Default/File System'),
  kept('the cookies', 'Default/Cookies*', 'Default/Network/Cookies*'),
  kept('the key of the cookies, if the browser encrypts them; nothing else of that file', 'Local State'),
  kept('the version of the browser that wrote the profile last', 'Last Version'),
  left(
    'a cache; the browser fetches or compiles it again',
    'Default/Cache',
    'Default/Code Cache',
    'Default/Shared Dictionary',
    'Default/*Cache',
    '*Cache',
    '*_crx_cache',
  ),
  left(
    'the page’s service worker with a cache of its scripts; the page registers it again',
    'Default/Service Worker/Database',
    'Default/Service Worker/ScriptCache',
  ),
  left(
    'belongs to windows and tabs that are gone',
    'Default/Session Storage',
    'Default/Sessions*',
    'Default/blob_storage',
  ),
  left(
    'settings and paths of one machine, and the mark of a crash; the browser creates them again',
    'Default/Preferences',
    'Default/Secure Preferences',
    'Default/Network Persistent State',
  ),
  left(
    'data of a person who browses: history, passwords, forms; a session has none',
    'Default/History*',
    'Default/Login Data*',
    'Default/Web Data*',
    'Default/Account Web Data*',
    'Default/Favicons*',
    'Default/Top Sites*',
    'Default/Shortcuts*',
  ),
  left(
    'files that the browser downloads for itself',
    'Safe Browsing*',
    'OptimizationGuide*',
    'component_*',
    'segmentation_platform',
  ),
  left('crash reports and measurements', 'Crash Reports', 'Crashpad', 'BrowserMetrics*'),
  left(
    'locks and addresses of the process that ran',
    'Singleton*',
    'lockfile',
    'DevToolsActivePort',
    'wakey-browser.json',
  ),
  left('everything else: see above', '**/*'),
];

function kept(why: string, ...places: readonly string[]): ProfilePart {
  return { places, is: 'kept', why };
}

function left(why: string, ...places: readonly string[]): ProfilePart {
  return { places, is: 'left-out', why };
}
