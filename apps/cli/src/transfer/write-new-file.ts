import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, lstat, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '@wakey/config';

/**
 * Writes a new file with mode 0600, and returns its size. Atomic and durable: nobody sees a part of the file under its name, and
 * once the call resolved, the file survives a power cut. After a failure nothing is left. An error of `bytes` passes unchanged.
 * Throws a UsageError if the file exists, or if it cannot be created there.
 */
export async function writeNewFile(path: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  await refuseExisting(path);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  const file = await placed(path, open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o600));
  try {
    const size = await fill(path, file, bytes);
    await placed(path, giveName(temporary, path));
    return size;
  } finally {
    await unlink(temporary).catch((error: unknown) => {
      // The file was renamed, so its temporary name is gone.
      if (codeOf(error) !== 'ENOENT') throw error;
    });
  }
}

async function fill(path: string, file: FileHandle, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  try {
    if (process.platform !== 'win32') await placed(path, file.chmod(0o600));
    for await (const chunk of bytes) {
      await placed(path, file.writeFile(chunk));
      size += chunk.length;
    }
    await placed(path, file.sync());
    return size;
  } finally {
    await file.close();
  }
}

/** Links the file to its name, which fails if the name exists. A rename would replace a file that appeared meanwhile. */
async function giveName(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    // File systems without hard links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error) ?? '')) throw error;
    await refuseExisting(path);
    await rename(temporary, path);
  }
  if (process.platform === 'win32') return;
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function refuseExisting(path: string): Promise<void> {
  const found = await placed(
    path,
    lstat(path).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }),
  );
  if (found !== undefined) throw unfit(path, 'EEXIST');
}

async function placed<T>(path: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    const code = codeOf(error);
    throw code === undefined || error instanceof UsageError ? error : unfit(path, code, error);
  }
}

function unfit(path: string, code: string, cause?: unknown): UsageError {
  return new UsageError(`${path} cannot be created: ${reasons[code] ?? code}. Name another file.`, { cause });
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'it exists already and is not overwritten',
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'a part of that path is not a directory',
  EACCES: 'the permissions of its directory forbid it',
  EPERM: 'the permissions of its directory forbid it',
  EROFS: 'that disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
};

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
