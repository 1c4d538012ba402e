import { boundedFiles, realFiles, thisPlatform } from '@wakey/host';
import { whyUnfit } from '../workspace/live-room.js';

/** Whether the live profile of an encrypted session would be in memory, and in which directory. */
export type MemoryForProfiles =
  | { readonly isFit: true; readonly path: string }
  /** `why` is the rest of a sentence whose subject is the path, or a whole sentence if `path` is absent. */
  | { readonly isFit: false; readonly path?: string; readonly why: string };

/**
 * Examines the system's memory-backed directory, which `createSession` uses if its store is encrypted. Changes nothing.
 * Throws `sessions-dir-unusable` if the directory does not answer.
 */
export async function examineMemory(): Promise<MemoryForProfiles> {
  const { memoryDir: path } = thisPlatform;
  if (path === undefined) return { isFit: false, why: 'this system has no memory-backed directory' };
  const why = await whyUnfit({ files: boundedFiles(realFiles), platform: thisPlatform }, path);
  return why === undefined ? { isFit: true, path } : { isFit: false, path, why };
}
