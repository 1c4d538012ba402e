import { resolve } from 'node:path';
import { listSessions, type SessionListing } from '@wakey/client';
import { UsageError } from '@wakey/config';
import { parseSessionId } from '@wakey/core';
import type { Shell } from '../shell.js';

/** Returns the session with a name, for commands that must not create one. Throws a UsageError if there is none. */
export async function requireSession(
  name: string,
  values: { readonly sessionsDir: string },
  { cwd }: Pick<Shell, 'cwd'>,
): Promise<SessionListing> {
  const id = parseSessionId(name);
  const sessionsDir = resolve(cwd, values.sessionsDir);
  const found = (await listSessions({ sessionsDir })).find((listing) => listing.id === id);
  if (found !== undefined) return found;
  throw new UsageError(`There is no session "${id}" in ${sessionsDir}. Start one with: npx wakey start ${id}`);
}
