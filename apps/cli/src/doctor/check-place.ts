import { constants } from 'node:fs';
import * as nodeFiles from 'node:fs/promises';
import { dirname } from 'node:path';
import { answerOf } from '@wakey/host';
import { sizeText } from '../transfer/facts.js';
import { bad, badOf, type Finding, good, note } from './finding.js';

/** Checks the sessions directory: its owner, its mode, its file system, and the free room. */
export async function checkPlace(
  sessionsDir: string,
  { files = nodeFiles, answerWithin }: PlaceOptions = {},
): Promise<readonly Finding[]> {
  try {
    return await answerOf('look at the sessions directory', sessionsDir, checked(files, sessionsDir), answerWithin);
  } catch (error) {
    return [badOf('sessions-dir', error)];
  }
}

/** How to check the directory. */
export interface PlaceOptions {
  /** @default Node's file system */
  readonly files?: Looks;
  /** How long the file system may take for the whole check, in ms. @default 20_000 */
  readonly answerWithin?: number;
}

type Looks = Pick<typeof nodeFiles, 'access' | 'stat' | 'statfs'>;

async function checked(files: Looks, sessionsDir: string): Promise<readonly Finding[]> {
  const found = await statUnlessAbsent(files, sessionsDir);
  if (found === undefined) return [await checkParent(files, sessionsDir)];
  if (!found.isDirectory()) {
    return [bad('sessions-dir', `${sessionsDir} is not a directory.`, 'Choose another directory with --sessions-dir.')];
  }
  return [await checkAccess(files, sessionsDir, found), ...(await checkDisk(files, sessionsDir))];
}

async function checkParent(files: Looks, sessionsDir: string): Promise<Finding> {
  let parent = dirname(sessionsDir);
  while ((await statUnlessAbsent(files, parent)) === undefined && dirname(parent) !== parent) parent = dirname(parent);
  try {
    await files.access(parent, constants.W_OK | constants.X_OK);
    return note('sessions-dir', `${sessionsDir} does not exist yet: the first start creates it.`);
  } catch {
    // `access` fails only if this process may not write there or `parent` is not a directory.
    return bad(
      'sessions-dir',
      `${sessionsDir} cannot be created in ${parent}.`,
      'Choose another directory with --sessions-dir.',
    );
  }
}

async function checkAccess(files: Looks, path: string, { mode, uid }: Owned): Promise<Finding> {
  const own = process.getuid?.();
  if (own !== undefined && uid !== own) {
    return bad(
      'sessions-dir',
      `${path} belongs to user ${uid}, but this process runs as user ${own}.`,
      'Choose another directory.',
    );
  }
  if (own !== undefined && (mode & 0o077) !== 0) {
    const text = `0${(mode & 0o777).toString(8)}`;
    return bad('sessions-dir', `Other users can read ${path}: its mode is ${text}.`, `Run: chmod 700 '${path}'`);
  }
  try {
    await files.access(path, constants.W_OK | constants.X_OK);
    return good('sessions-dir', `only you can read ${path}`);
  } catch {
    // `access` fails only if the mode forbids writing or the disk is read-only, which holds for root too.
    const hint = 'Mount the disk with write access, or give yourself the permission.';
    return bad('sessions-dir', `${path} cannot be written: its mode or a read-only disk forbids it.`, hint);
  }
}

/** The owner and the mode of a file. */
interface Owned {
  readonly mode: number;
  readonly uid: number;
}

/** Room for a profile, its copy and two bundles, in bytes. */
const ROOM = 500_000_000;

async function checkDisk(files: Looks, path: string): Promise<readonly Finding[]> {
  const { type, bavail, bsize } = await files.statfs(path);
  const free = bavail * bsize;
  const network = NETWORK[type];
  const room =
    free < ROOM
      ? bad(
          'disk',
          `Only ${sizeText(free)} are free on the disk that holds ${path}.`,
          'Make room: 500 MB for each session are enough.',
        )
      : good('disk', `${sizeText(free)} free on the disk`);
  if (network === undefined) return [room];
  return [
    room,
    bad(
      'file-system',
      `${path} is on a network file system (${network}), whose locks may not stop two machines from using it at once.`,
      'Use a local disk and a store that is made for several machines, or make sure that only one machine uses the directory.',
    ),
  ];
}

/** Network file systems, by the numbers under which Linux reports them. */
const NETWORK: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'CIFS',
  4266872130: 'SMB2',
  16914839: '9p',
  1397113167: 'AFS',
  12805120: 'Ceph',
};

async function statUnlessAbsent(files: Looks, path: string) {
  try {
    return await files.stat(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code)))
      return undefined;
    throw error;
  }
}
