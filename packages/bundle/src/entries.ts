import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { isWakeyError, type WakeyError } from '@wakey/core';
import type { PrivateTree } from '@wakey/host';
import type { extract } from 'tar-stream';
import { bundlePaths } from './bundle-paths.js';
import { damaged } from './bundle-trouble.js';
import { verifyChecksums } from './checksums.js';
import { layout } from './layout.js';
import type { Limits } from './limits.js';
import { parseManifest, type ReadManifest } from './manifest.js';
import type { TarBudget } from './tar-budget.js';

type Tar = ReturnType<typeof extract>;
type Entry = Tar extends AsyncIterable<infer Each> ? Each : never;

/** Which files of a bundle are written, and the limits of the reading. */
export interface ReadRules {
  readonly limits: Limits;
  readonly budget: TarBudget;
  /** Whether a file of the bundle is written. */
  readonly takes: (path: string) => boolean;
}

/**
 * Reads the entries of a bundle in their fixed order, writes its files into `tree` and returns its manifest. Throws
 * `bundle-damaged` at the first wrong entry, before it writes anything of that entry.
 */
export async function readEntries(
  tar: Tar,
  tree: PrivateTree,
  { limits, budget, takes }: ReadRules,
): Promise<ReadManifest> {
  const found = new Map<string, string>();
  const judge = entryJudge(limits);
  let manifest: ReadManifest | undefined;
  let newer: WakeyError | undefined;
  let isComplete = false;
  for await (const entry of tar) {
    const { name, size } = entry.header;
    budget.allow(size);
    if (newer !== undefined) {
      entry.resume();
      continue;
    }
    if (isComplete) throw damaged(`it has something after its ${layout.checksums}`);
    judge(entry);
    if (manifest === undefined) {
      if (name !== layout.manifest) throw damaged(`it does not begin with ${layout.manifest}`);
      try {
        manifest = parseManifest(await textOf(entry, limits.manifestBytes, found));
      } catch (error) {
        // Read to the end before reporting a newer format: a flipped bit can look like one, and the checksums at the
        // end reveal that.
        if (!isWakeyError(error, 'bundle-unsupported')) throw error;
        newer = error;
        continue;
      }
      // Create the directory for files also if the bundle has no files.
      await tree.make(layout.files.slice(0, -1));
    } else if (name === layout.checksums) {
      verifyChecksums(await textOf(entry, limits.checksumsBytes), found);
      isComplete = true;
    } else if (entry.header.type === 'file') {
      const content = digested(entry, (digest) => found.set(name, digest));
      if (takes(name.slice(layout.files.length))) await tree.write(name, content);
      else await passOver(content);
    } else {
      entry.resume();
    }
  }
  if (newer !== undefined) throw newer;
  if (manifest === undefined) throw damaged('it is empty');
  if (!isComplete) throw damaged(`it has no ${layout.checksums}, so a part of it is missing`);
  return manifest;
}

/** Refuses an entry that is not a plain file of a bundle. Accepts directories, which tar adds by itself. */
function entryJudge(limits: Limits): (entry: Entry) => void {
  const paths = bundlePaths(limits);
  let isFirst = true;
  return ({ header: { name, type, size } }) => {
    if (type !== 'file' && type !== 'directory')
      throw damaged('it has a link, a device or another entry that is not a file');
    if (type === 'directory' && size !== 0) throw damaged('it has a directory with content');
    if (type === 'file' && (name === layout.manifest || name === layout.checksums)) {
      if (name === layout.manifest && !isFirst) throw damaged(`it has ${layout.manifest} twice`);
      isFirst = false;
      return;
    }
    if (!name.startsWith(layout.files)) throw damaged(`it has something outside ${layout.files}`);
    const path = name.slice(layout.files.length);
    const directory = path.replace(/\/$/, '');
    if (type === 'directory' && directory === '') return;
    const refusal = type === 'file' ? paths.refusal(path) : paths.refusalOfDirectory(directory);
    if (refusal !== undefined) throw damaged(refusal);
  };
}

/** Reads an entry to its end without writing it, because its checksum counts too. */
async function passOver(content: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of content);
}

/** Yields the content of an entry, which must have the announced length, then reports its digest. */
async function* digested(entry: Entry, tell: (digest: string) => void): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  let read = 0;
  for await (const chunk of entry as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    read += chunk.length;
    yield chunk;
  }
  if (read !== entry.header.size) throw damaged('it is cut off');
  tell(hash.digest('hex'));
}

/** Reads an entry as text of a limited length. */
async function textOf(entry: Entry, limit: number, found?: Map<string, string>): Promise<string> {
  const { name, type, size } = entry.header;
  if (type !== 'file' || size > limit) throw damaged(`its ${name} is not a file of at most ${limit} bytes`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of digested(entry, (digest) => found?.set(name, digest))) chunks.push(chunk);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw damaged(`its ${name} is not UTF-8`, cause);
  }
}
