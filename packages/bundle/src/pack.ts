import { createHash } from 'node:crypto';
import { constants, createZstdCompress, type ZstdCompress } from 'node:zlib';
import { type CancelSignal, type ProfileFile, WakeyError } from '@wakey/core';
import { fileTrouble, isFileError } from '@wakey/host';
import { type Pack, pack } from 'tar-stream';
import { bundlePaths } from './bundle-paths.js';
import { unpackable } from './bundle-trouble.js';
import { checksumsText } from './checksums.js';
import { type ChunkPassage, chunkPassage } from './chunk-passage.js';
import { layout, onAbort } from './layout.js';
import { type BundleLimits, type Limits, limitsOf } from './limits.js';
import { type BundleManifest, manifestText } from './manifest.js';
import { seal } from './seal.js';

/** Options of `packBundle`. */
export interface PackOptions {
  /** Aborting makes the iteration throw `aborted`. */
  readonly signal?: CancelSignal;
  /** Packing applies the limits too, because a bundle above them could not be unpacked. */
  readonly limits?: BundleLimits;
}

/**
 * Packs files into a bundle as a stream: it opens files one after the other, and reads no further than the reader of
 * the bundle requests. May be iterated once. Throws `bundle-damaged` if a file vanishes or changes its size during the
 * packing, or cannot be stored in a bundle; the bytes until then have no SHA256SUMS, so `unpackBundle` refuses them.
 */
export async function* packBundle(
  manifest: BundleManifest,
  files: AsyncIterable<ProfileFile> | Iterable<ProfileFile>,
  { signal, limits }: PackOptions = {},
): AsyncIterable<Uint8Array> {
  const text = manifestText(manifest);
  const tar = pack();
  const zstd = createZstdCompress({ params: zstdParams });
  const digest = createHash('sha256');
  let failure: unknown;
  const passage = chunkPassage();
  const fail = (cause: unknown) => {
    failure ??= cause;
    passage.close();
    tar.destroy(null);
    zstd.destroy();
  };
  const unhook = onAbort(signal, () => fail(aborted(signal?.reason)));
  const filling = fill({ tar, passage, mtime: new Date(manifest.createdAt) }, text, files, limitsOf(limits)).catch(
    fail,
  );
  // A tar being packed yields only bytes.
  const compressing = compress(tar as AsyncIterable<Uint8Array>, zstd, passage).catch(fail);
  try {
    for await (const chunk of zstd) {
      digest.update(chunk);
      yield chunk;
    }
    if (failure === undefined) yield seal(digest.digest());
  } catch (error) {
    fail(error);
  } finally {
    unhook();
    fail(undefined);
    // After an abort, do not wait for a source that may never answer.
    if (signal?.aborted !== true) await Promise.all([filling, compressing]);
  }
  if (failure !== undefined) throw failure;
}

/**
 * Compresses `tar` into one frame. Waits for each write and ends the stream only after the last one: if a write is
 * pending at the end, Node's zstd adds an empty second frame, which decoders treat differently.
 */
async function compress(tar: AsyncIterable<Uint8Array>, zstd: ZstdCompress, passage: ChunkPassage): Promise<void> {
  for await (const chunk of tar) {
    await written(zstd, chunk);
    passage.leave(chunk);
  }
  zstd.end();
}

function written(zstd: ZstdCompress, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    // Node never calls back for a pending write when the stream is destroyed.
    const closed = () => reject(new Error('given up'));
    zstd.once('close', closed);
    zstd.write(chunk, (error) => {
      zstd.off('close', closed);
      if (error) reject(error);
      else resolve();
    });
  });
}

/**
 * Level 1: level 3 makes a large profile 3 % smaller and takes more than twice as long (docs/reference/bundle.md),
 * because most of its bytes are compressed or encrypted already. zstd's own checksum also covers the bytes outside the
 * files' content.
 */
const zstdParams = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 };

/** A tar being packed. */
interface Target {
  readonly tar: Pack;
  readonly passage: ChunkPassage;
  readonly mtime: Date;
}

async function fill(
  target: Target,
  manifest: string,
  files: AsyncIterable<ProfileFile> | Iterable<ProfileFile>,
  limits: Limits,
): Promise<void> {
  const paths = bundlePaths(limits);
  const checksums = new Map<string, string>();
  // One buffer for all files: with a new buffer for each chunk, memory would grow until V8 collects garbage.
  const buffer = new Uint8Array(bufferBytes);
  let total = 0;
  const add = async (name: string, size: number, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => {
    checksums.set(name, await addEntry(target, name, size, content));
  };
  const addText = (name: string, text: string) => {
    const bytes = new TextEncoder().encode(text);
    return add(name, bytes.length, [bytes]);
  };
  await addText(layout.manifest, manifest);
  for await (const file of files) {
    const refusal = paths.refusal(file.path);
    if (refusal !== undefined) throw unpackable(`${refusal}: ${JSON.stringify(file.path)}`);
    total += file.size;
    if (total > limits.totalBytes) throw unpackable(`its files have more than ${limits.totalBytes} bytes`);
    if (checksums.size > limits.files) throw unpackable(`it would have more than ${limits.files} files`);
    await add(`${layout.files}${file.path}`, file.size, unchanging(file, buffer));
  }
  const sums = checksumsText(checksums);
  if (sums.length > limits.checksumsBytes) throw unpackable('the list of its checksums is too long');
  await addText(layout.checksums, sums);
  target.tar.finalize();
}

const bufferBytes = 128 * 1024;

/** The content of a file, which must have the announced size. */
async function* unchanging(file: ProfileFile, buffer: Uint8Array): AsyncIterable<Uint8Array> {
  const { path, size } = file;
  let read = 0;
  try {
    for await (const chunk of file.open(buffer)) {
      read += chunk.length;
      if (read > size) break;
      yield chunk;
    }
  } catch (cause) {
    if (isFileError(cause, 'ENOENT'))
      throw unpackable(`the file ${JSON.stringify(path)} vanished during the packing`, cause);
    throw fileTrouble('session-unreadable', 'read', path, cause);
  }
  if (read !== size) throw unpackable(`the file ${JSON.stringify(path)} changed its size during the packing`);
}

/** Adds one entry and returns its digest. */
async function addEntry(
  { tar, passage, mtime }: Target,
  name: string,
  size: number,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<string> {
  const digest = createHash('sha256');
  const added = Promise.withResolvers<void>();
  // `added` rejects when the tar is destroyed, possibly before anything awaits it: avoid an unhandled rejection.
  added.promise.catch(() => undefined);
  const entry = tar.entry({ name, size, mtime, mode: 0o600, type: 'file' }, (error) =>
    error ? added.reject(error) : added.resolve(),
  );
  for await (const chunk of content) {
    // Skip empty chunks: streams drop them, and `left` would never resolve.
    if (chunk.length === 0) continue;
    digest.update(chunk);
    entry.write(chunk);
    // The next chunk uses the same memory.
    await passage.left(chunk);
    if (entry.destroyed) break;
  }
  entry.end(null);
  await added.promise;
  return digest.digest('hex');
}

function aborted(cause: unknown): WakeyError {
  return new WakeyError('aborted', {
    what: 'Packing the bundle was aborted.',
    hint: 'Nothing was saved. Call again to pack the files.',
    cause,
  });
}
