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
  left('a lock of the process that has the database open; made anew', '**/LOCK'),
  left('LevelDB’s diary for people; nothing reads it', '**/LOG', '**/LOG.old'),
  left('a pointer of LevelDB that a crash left half made; ignored', '**/*.dbtmp'),
  left('SQLite’s index of its write-ahead log; made anew from the log', '**/*-shm'),
  kept('the databases of the page: the keys of the login, its contacts and messages', 'Default/IndexedDB'),
  kept('localStorage of the page: the sealed half of the login', 'Default/Local Storage'),
  kept('the page’s own copy of that half, which heals it', 'Default/Service Worker/CacheStorage'),
  kept('which site owns which storage, and storage that has no older place', 'Default/WebStorage'),
  kept('files that the page keeps', 'Default/File System'),
  kept('the cookies', 'Default/Cookies*', 'Default/Network/Cookies*'),
  kept('the key that opens the cookies, where the browser seals them; nothing else of that file', 'Local State'),
  kept('which version wrote the profile last', 'Last Version'),
  left(
    'a cache: fetched or compiled again',
    'Default/Cache',
    'Default/Code Cache',
    'Default/Shared Dictionary',
    'Default/*Cache',
    '*Cache',
    '*_crx_cache',
  ),
  left(
    'the page’s worker as a cache of its scripts; the page registers it again',
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
    'settings and paths of one machine, with the mark of a crash; made anew',
    'Default/Preferences',
    'Default/Secure Preferences',
    'Default/Network Persistent State',
  ),
  left(
    'about a person who browses: history, passwords, forms; a session has none',
    'Default/History*',
    'Default/Login Data*',
    'Default/Web Data*',
    'Default/Account Web Data*',
    'Default/Favicons*',
    'Default/Top Sites*',
    'Default/Shortcuts*',
  ),
  left(
    'downloads of the browser for itself',
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
