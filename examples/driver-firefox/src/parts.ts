import type { ProfilePart } from '@wakey/core';

/** What a backup contains of Firefox's profile: `ProfileFormat.parts`. */
export const firefoxParts: readonly ProfilePart[] = [
  left('the sizes of localStorage; Firefox writes the file again', '**/ls/usage'),
  left('SQLite’s index of its write-ahead log; Firefox writes it again', '**/*-shm'),
  kept(
    'what the page stores: the databases with the keys of the login, localStorage, caches, files',
    'storage/default',
  ),
  kept('the cookies; the newest are only in the write-ahead log', 'cookies.sqlite*'),
  kept('the service workers of the page', 'serviceworker.txt'),
  kept('what the page may do, such as storing without a limit', 'permissions.sqlite*'),
  kept('which version wrote the profile last: an older one cannot read it', 'compatibility.ini'),
  left('caches, history, settings and locks of one machine: Firefox writes them again', '**/*'),
];

function kept(why: string, ...places: readonly string[]): ProfilePart {
  return { places, is: 'kept', why };
}

function left(why: string, ...places: readonly string[]): ProfilePart {
  return { places, is: 'left-out', why };
}
