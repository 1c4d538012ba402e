import { damaged } from './bundle-trouble.js';

/** The digest of each entry by its name in the bundle: lower-case hexadecimal SHA-256. */
export type Checksums = ReadonlyMap<string, string>;

/** The text of `SHA256SUMS`, as `sha256sum` writes it. */
export function checksumsText(checksums: Checksums): string {
  return [...checksums].map(([name, digest]) => `${digest}  ${name}\n`).join('');
}

/** Throws `bundle-damaged` unless `text` names exactly the entries of the bundle, each with its digest. */
export function verifyChecksums(text: string, found: Checksums): void {
  const missing = new Set(found.keys());
  if (!text.endsWith('\n')) throw damaged('its SHA256SUMS is cut off');
  for (const line of text.slice(0, -1).split('\n')) {
    // sha256sum prints "*" for files that it read in binary mode.
    const [, digest, name = ''] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (digest === undefined) throw damaged('a line of its SHA256SUMS is not a checksum with a name');
    if (!found.has(name)) throw damaged('its SHA256SUMS names a file that it does not have');
    if (!missing.delete(name)) throw damaged('its SHA256SUMS names a file twice');
    if (found.get(name) !== digest) throw damaged('one of its files does not have the checksum it should have');
  }
  if (missing.size > 0) throw damaged('it has a file that its SHA256SUMS does not name');
}
