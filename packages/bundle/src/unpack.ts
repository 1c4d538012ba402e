import { isAbsolute } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdDecompress } from 'node:zlib';
import { type CancelSignal, isWakeyError, WakeyError } from '@wakey/core';
import { type Files, type PrivateTree, privateTree, realFiles, thisPlatform } from '@wakey/host';
import { extract } from 'tar-stream';
import { aborted, damaged } from './bundle-trouble.js';
import { readEntries } from './entries.js';
import { onAbort } from './layout.js';
import { type BundleLimits, limitsOf } from './limits.js';
import type { BundleManifest } from './manifest.js';
import { tarBudget } from './tar-budget.js';
import { drained } from './tar-stream.js';
import { oneZstdFrame } from './zstd-frame.js';

/** Options of `unpackBundle`. */
export interface UnpackOptions {
  /** Aborting rejects with `aborted`; nothing is written after that. */
  readonly signal?: CancelSignal;
  /** The file system. @default Node's own */
  readonly files?: Files;
  /** A bundle above these limits counts as an attack and is refused. */
  readonly limits?: BundleLimits;
  /** Whether to write the file of that path. Other files are checked all the same. @default every file is */
  readonly takes?: (path: string) => boolean;
}

/**
 * Unpacks the files of a bundle into `profile/` below `into`, the absolute path of an empty or new directory, and
 * returns the bundle's manifest. Writes nothing outside `into`; files get mode 0600 and directories 0700 whatever the
 * umask. When it resolves, every file has the right checksum and the content of `into` survives a power cut; the caller
 * flushes the name of `into` itself.
 *
 * Throws `bundle-unsupported` for a bundle of a newer Wakey, `wrong-key` for a bundle that age has encrypted,
 * `bundle-damaged` for an incomplete or hostile bundle, and any error of `bytes`. After a failure `into` holds a part
 * of the files, and the caller removes them.
 */
export async function unpackBundle(
  bytes: AsyncIterable<Uint8Array>,
  into: string,
  { signal, files = realFiles, limits, takes }: UnpackOptions = {},
): Promise<BundleManifest> {
  if (!isAbsolute(into)) {
    throw new WakeyError('invalid-argument', {
      what: 'The directory to unpack a bundle into is not absolute.',
      hint: 'Pass an absolute path.',
    });
  }
  return readBundle(bytes, await privateTree({ files, platform: thisPlatform }, into), { signal, limits, takes });
}

/** Options of `readBundle`. */
export interface ReadBundleOptions {
  readonly signal?: CancelSignal | undefined;
  readonly limits?: BundleLimits | undefined;
  readonly takes?: UnpackOptions['takes'] | undefined;
}

/** Does the same as `unpackBundle`, but writes into a tree. */
export async function readBundle(
  bytes: AsyncIterable<Uint8Array>,
  tree: PrivateTree,
  { signal, limits: wanted, takes = () => true }: ReadBundleOptions,
): Promise<BundleManifest> {
  const limits = limitsOf(wanted);
  const tar = extract();
  const budget = tarBudget(limits);
  let failure: unknown;
  let hasSeal = false;
  const fail = (cause: unknown) => {
    failure ??= cause;
    tar.destroy(new Error('given up'));
  };
  const failOn = (cause: unknown) => fail(isWakeyError(cause) ? cause : damaged(whyNot(cause), cause));
  tar.on('error', failOn);
  const unhook = onAbort(signal, () => fail(aborted('Unpacking the bundle', signal?.reason)));
  // An error of the source is not damage of the bundle.
  const feeding = pipeline(
    oneZstdFrame(reporting(bytes, fail), (end) => {
      hasSeal = end.isSealed;
    }),
    createZstdDecompress({ params: zstdParams }),
    async (plain: AsyncIterable<Uint8Array>) => {
      for await (const chunk of plain) {
        budget.spend(chunk.length);
        if (!tar.write(chunk)) await drained(tar);
        if (tar.destroyed) return;
      }
      tar.end(null);
    },
  ).catch(failOn);
  try {
    const { manifest, isSealed } = await readEntries(tar, tree, { limits, budget, takes });
    await feeding;
    if (failure !== undefined) throw failure;
    if (isSealed && !hasSeal) throw damaged('it is cut off');
    await tree.sync();
    if (failure !== undefined) throw failure;
    return manifest;
  } catch (error) {
    // A disk that refuses a file also breaks the tar stream, whose error comes first and looks like damage.
    if (isOfDisk(error) && isWakeyError(failure, 'bundle-damaged')) failure = error;
    failOn(error);
    // After an abort, do not wait for a source that may never answer.
    if (signal?.aborted !== true) await feeding;
    throw failure;
  } finally {
    unhook();
  }
}

/**
 * The largest window of a frame is 8 MiB, which the standard of the format tells decoders to allow and `zstd -19` uses.
 */
const zstdParams = { [constants.ZSTD_d_windowLogMax]: 23 };

async function* reporting(bytes: AsyncIterable<Uint8Array>, report: (cause: unknown) => void) {
  try {
    yield* bytes;
  } catch (error) {
    report(error);
    throw error;
  }
}

function isOfDisk(error: unknown): boolean {
  return isWakeyError(error, 'sessions-dir-unusable') || isWakeyError(error, 'session-unreadable');
}

function whyNot(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'Z_BUF_ERROR') return 'it is cut off';
  return code.startsWith('ZSTD_') ? `zstd cannot read it (${code})` : 'tar cannot read it';
}
