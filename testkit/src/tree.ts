import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every path in a directory, at any depth, with its kind, mode and text. */
export function tree(
  directory: string,
): ReadonlyMap<string, { readonly mode: number; readonly text: string | undefined }> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    names.map((name) => {
      const found = statSync(join(directory, name));
      const text = found.isFile() ? readFileSync(join(directory, name), 'utf8') : undefined;
      return [name, { mode: found.mode & 0o777, text }];
    }),
  );
}
