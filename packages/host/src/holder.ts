import { type LeaseHolder, WakeyError } from '@wakey/core';
import { isLine, isNatural, isObject, isTime } from './kept-values.js';
import { type Disk, NotAFile, readText, writeAtomically } from './write-atomically.js';

/** Writes the holder's record next to the lock. Only the holder of the lock may call it. */
export function writeHolder(disk: Disk, path: string, holder: LeaseHolder): Promise<void> {
  const { host, pid, since, program } = holder;
  return writeAtomically(disk, path, `${JSON.stringify({ host, pid, since, program })}\n`);
}

/**
 * Returns the current or last holder. The lock alone decides who holds a session, so a missing or invalid record reads
 * as `undefined`: the only loss is the name in a message.
 */
export async function readHolder(disk: Disk, path: string): Promise<LeaseHolder | undefined> {
  try {
    const text = await readText(disk, path);
    return text === undefined ? undefined : parsed(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof NotAFile) return undefined;
    throw error;
  }
}

/** Creates the error for a process that finds the session held by another process. */
export function sessionInUse(id: string, holder: LeaseHolder | undefined): WakeyError {
  const by =
    holder === undefined
      ? 'a process that has not written its name'
      : `${holder.program}, process ${holder.pid} on host ${holder.host}, since ${new Date(holder.since).toISOString()}`;
  return new WakeyError('session-in-use', {
    what: `Session "${id}" is held by ${by}.`,
    hint: 'Stop that process first, or use another session name.',
    details: { session: id, ...(holder === undefined ? {} : { ...holder }) },
  });
}

function parsed(value: unknown): LeaseHolder | undefined {
  if (!isObject(value)) return undefined;
  const { host, pid, since, program } = value;
  if (!isLine(host) || !isLine(program) || !isNatural(pid) || !isTime(since)) return undefined;
  return { host, pid, since, program };
}
