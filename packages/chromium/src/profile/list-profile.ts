import { join } from 'node:path';
import type { CancelSignal, ProfileFile } from '@wakey/core';
import { listKept } from '@wakey/host';
import { LOCAL_STATE, localStateOf } from './local-state.js';
import { profileParts } from './parts.js';

/** Lists the files of a profile that belong in a backup: `ProfileFormat.list`. */
export function listProfile(
  profileDir: string,
  { signal }: { readonly signal?: CancelSignal } = {},
): AsyncGenerator<ProfileFile> {
  return listKept(profileParts, profileDir, {
    signal,
    partOf: async (path) => (path === LOCAL_STATE ? localStateOf(join(profileDir, path)) : undefined),
  });
}
