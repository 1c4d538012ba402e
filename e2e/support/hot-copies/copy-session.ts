import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Creates the session `id` beside the session `main`, with the same record. `fill` copies the profile into the empty directory
 * that it gets.
 */
export async function copySession(
  sessionsDir: string,
  id: string,
  fill: (profile: string, into: string) => Promise<void>,
): Promise<void> {
  const from = join(sessionsDir, 'main');
  const into = join(sessionsDir, id, 'profile');
  await mkdir(into, { recursive: true, mode: 0o700 });
  // Leaves out the running browser, which belongs to the profile of `main`.
  const { browserProcess: _, ...record } = JSON.parse(await readFile(join(from, 'session.json'), 'utf8')) as {
    readonly browserProcess?: unknown;
  };
  await writeFile(join(sessionsDir, id, 'session.json'), JSON.stringify({ ...record, id }), { mode: 0o600 });
  await fill(join(from, 'profile'), into);
}
