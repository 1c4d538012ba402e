import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { isWakeyError, type WakeyError } from '@wakey/core';
import type { extract } from 'tar-stream';
import { layout } from './bundle-file.js';
import { bundlePaths } from './bundle-paths.js';
import { damaged } from './bundle-trouble.js';
import { verifyChecksums } from './checksums.js';
import type { Limits } from './limits.js';
import { parseManifest, type ReadManifest } from './manifest.js';
import type { PrivateTree } from './private-tree.js';
import type { TarBudget } from './tar-budget.js';

type Tar = ReturnType<typeof extract>;
type Entry = Tar extends AsyncIterable<infer Each> ? Each : never;

/** What is read, and how much of it. */
export interface ReadRules {
  readonly limits: Limits;
  readonly budget: TarBudget;
  /** Whether a file of the bundle is written. */
  readonly takes: (path: string) => boolean;
}

/**
 * Reads the entries of a bundle in the order they must have, writes its files into `tree` and gives what its manifest says. Throws
 * `bundle-damaged` at the first entry that is not as it must be, before anything of that entry is written.
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
        // Only a bundle that is whole is of a newer Wakey: the rest is read, for its end may tell that a bit has flipped.
        if (!isWakeyError(error, 'bundle-unsupported')) throw error;
        newer = error;
        continue;
      }
      // A session that has no files has a directory for them nevertheless.
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

/** Refuses an entry that is no plain file of a bundle. Directories, which tar adds by itself, are let pass. */
function entryJudge(limits: Limits): (entry: Entry) => void {
  const paths = bundlePaths(limits);
  let isFirst = true;
  return ({ header: { name, type, size } }) => {
    if (type !== 'file' && type !== 'directory') throw damaged('it has a link, a device or something else but files');
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

/** Reads to the end: what is not taken has its checksum as well. */
async function passOver(content: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of content);
}

/** The content of an entry, which must be as long as it said; then its digest. */
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

/** An entry that is text of a limited length. */
async function textOf(entry: Entry, limit: number, found?: Map<string, string>): Promise<string> {
  const { name, type, size } = entry.header;
  if (type !== 'file' || size > limit) throw damaged(`its ${name} is no file of at most ${limit} bytes`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of digested(entry, (digest) => found?.set(name, digest))) chunks.push(chunk);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw damaged(`its ${name} is not UTF-8`, cause);
  }
}
