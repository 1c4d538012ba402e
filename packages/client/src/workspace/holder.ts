import { type LeaseHolder, WakeyError } from '@wakey/core';
import { type Disk, readText, writeAtomically } from './write-atomically.js';

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
  const text = await readText(disk, path);
  if (text === undefined) return undefined;
  try {
    return parsed(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
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
    todo: 'Stop it first, or use another session name.',
    details: { session: id, ...(holder === undefined ? {} : { ...holder }) },
  });
}

function parsed(value: unknown): LeaseHolder | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { host, pid, since, program } = value as Readonly<Record<string, unknown>>;
  if (typeof host !== 'string' || typeof program !== 'string') return undefined;
  if (!Number.isSafeInteger(pid) || !isTime(since)) return undefined;
  return { host, pid: Number(pid), since, program };
}

/** A number of ms that a Date can hold. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15;
}
