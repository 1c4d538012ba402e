import { statfs } from 'node:fs/promises';
import * as zlib from 'node:zlib';
import { examineMemory } from '@wakey/client';
import { isWakeyError } from '@wakey/core';
import { answerOf } from '@wakey/host';
import { sizeText } from '../transfer/facts.js';
import { bad, badOf, type Finding, good, note } from './finding.js';

/** Checks Node and memory. */
export async function checkMachine(): Promise<readonly Finding[]> {
  return [checkNode(), ...(await checkMemory())];
}

function checkNode(): Finding {
  const { node } = process.versions;
  if ('createZstdCompress' in zlib) return good('node', `Node ${node}, whose zlib has zstd`);
  return bad('node', `Node ${node} has no zstd, which Wakey needs to pack backups.`, 'Install Node 22.15 or newer.');
}

async function checkMemory(): Promise<readonly Finding[]> {
  try {
    return await memoryFindings();
  } catch (error) {
    return [badOf('memory', error)];
  }
}

async function memoryFindings(): Promise<readonly Finding[]> {
  const memory = await examineMemory();
  const size = memory.path === undefined ? undefined : await sizeOf(memory.path);
  const room = size === undefined ? '' : ` (${sizeText(size.all)}, ${sizeText(size.free)} free)`;
  if (memory.isFit)
    return [good('memory', `the live profile of an encrypted session is in memory: ${memory.path}${room}`)];
  return [
    note(
      'memory',
      `The live profile of an encrypted session is on the disk while the session runs: ${memory.path ?? ''}${room} ${memory.why}.`,
      memory.path === undefined
        ? 'Use an encrypted disk if that matters.'
        : `Give ${memory.path} at least 512 MB (docker run --shm-size=1g), or use an encrypted disk.`,
    ),
  ];
}

async function sizeOf(path: string): Promise<{ readonly all: number; readonly free: number } | undefined> {
  try {
    const { blocks, bavail, bsize } = await answerOf('look at the memory', path, statfs(path));
    return { all: blocks * bsize, free: bavail * bsize };
  } catch (error) {
    if (!isWakeyError(error) && error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
