import type { ProfilePart } from '@wakey/core';

/**
 * Which files of a Chromium profile a backup contains (`kept`) and which it leaves out (`left-out`). The first row
 * whose places match a path decides. Chromium and its headless shell store the same data in the same places; the shell
 * stores less. No driver moves these places.
 *
 * A backup leaves out every path that no other row names. A site's storage, which holds the login, has directories of
 * its own. A backup contains these directories whole, so that it also contains files that a later browser adds to them.
 * Other unknown files are caches, locks, or settings of one user or one machine, so a backup does not need them.
 */
export const profileParts: readonly ProfilePart[] = [
  left('the lock of the process that has the database open; the browser creates a new one', '**/LOCK'),
  left('LevelDB’s log of messages for developers; no program reads it', '**/LOG', '**/LOG.old'),
  left('a temporary file that LevelDB leaves after a crash and ignores later', '**/*.dbtmp'),
  left('SQLite’s index of its write-ahead log; SQLite rebuilds it from the log', '**/*-shm'),
  kept('the page’s IndexedDB databases: the keys of the login, contacts and messages', 'Default/IndexedDB'),
  kept('the page’s `localStorage`: the encrypted half of the login', 'Default/Local Storage'),
  kept(
    'the page’s second copy of its `localStorage`, from which the page repairs a damaged one',
    'Default/Service Worker/CacheStorage',
  ),
  kept('the list of sites with storage, and storage of newer kinds', 'Default/WebStorage'),
  kept('files that the page stores', 'Default/File System'),
  kept('the cookies', 'Default/Cookies*', 'Default/Network/Cookies*'),
  kept('only the key that decrypts the cookies, if the browser encrypts them', 'Local State'),
  kept('the version of the browser that last wrote the profile', 'Last Version'),
  left(
    'a cache; the browser downloads or compiles its content again',
    'Default/Cache',
    'Default/Code Cache',
    'Default/Shared Dictionary',
    'Default/*Cache',
    '*Cache',
    '*_crx_cache',
  ),
  left(
    'the page’s service worker and its cached scripts; the page registers the service worker again',
    'Default/Service Worker/Database',
    'Default/Service Worker/ScriptCache',
  ),
  left(
    'data of windows and tabs that are closed',
    'Default/Session Storage',
    'Default/Sessions*',
    'Default/blob_storage',
  ),
  left(
    'settings and paths of one machine, and the flag of a crash; the browser creates these files again',
    'Default/Preferences',
    'Default/Secure Preferences',
    'Default/Network Persistent State',
  ),
  left(
    'the history, passwords and form entries of a human user; a session has none',
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
  left('crash reports and usage statistics', 'Crash Reports', 'Crashpad', 'BrowserMetrics*'),
  left(
    'locks and debugging addresses of the browser’s process',
    'Singleton*',
    'lockfile',
    'DevToolsActivePort',
    'wakey-browser.json',
  ),
  left('every path that no other row names', '**/*'),
];

function kept(why: string, ...places: readonly string[]): ProfilePart {
  return { places, is: 'kept', why };
}

function left(why: string, ...places: readonly string[]): ProfilePart {
  return { places, is: 'left-out', why };
}
