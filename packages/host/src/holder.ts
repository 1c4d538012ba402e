import { type LeaseHolder, WakeyError } from '@wakey/core';
import { isLine, isNatural, isObject, isTime } from './kept-values.js';
import { type Disk, NotAFile, readText, writeAtomically } from './write-atomically.js';

/** Names the owner beside the lock. Only the owner of the lock may. */
export function writeHolder(disk: Disk, path: string, holder: LeaseHolder): Promise<void> {
  const { host, pid, since, program } = holder;
  return writeAtomically(disk, path, `${JSON.stringify({ host, pid, since, program })}\n`);
}

/**
 * Who is, or was, named as the owner. The lock alone decides who owns a session, so a record that is absent or makes no
 * sense is `undefined`: it costs a name in a message, nothing else.
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

/** The error for whoever finds the session taken. */
export function sessionInUse(id: string, holder: LeaseHolder | undefined): WakeyError {
  const by =
    holder === undefined
      ? 'a process that has not named itself'
      : `${holder.program}, process ${holder.pid} on host ${holder.host}, since ${new Date(holder.since).toISOString()}`;
  return new WakeyError('session-in-use', {
    what: `Session "${id}" is held by ${by}.`,
    hint: 'Stop it first, or use another session name.',
    details: { session: id, ...(holder === undefined ? {} : { ...holder }) },
  });
}

function parsed(value: unknown): LeaseHolder | undefined {
  if (!isObject(value)) return undefined;
  const { host, pid, since, program } = value;
  if (!isLine(host) || !isLine(program) || !isNatural(pid) || !isTime(since)) return undefined;
  return { host, pid, since, program };
}
