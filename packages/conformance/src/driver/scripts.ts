import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a shell script that stands in for a browser's binary; returns its path, which ends with `/browser`. */
export async function script(folder: string, body: string): Promise<string> {
  const executable = join(folder, 'browser');
  await writeFile(executable, `#!/bin/sh\n${body}\n`);
  await chmod(executable, 0o755);
  return executable;
}
