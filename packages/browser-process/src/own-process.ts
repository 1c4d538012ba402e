import { systemProcessTable } from '@wakey/host';

/** A process, told from a later one with its number by its start time, which Wakey only compares. */
export interface OwnerProcess {
  readonly pid: number;
  readonly startTime: string;
}

let startTime: string | undefined;

/** This process. The first call reads the table of all processes. An unknown start time is empty. */
export async function ownProcess(): Promise<OwnerProcess> {
  startTime ??= (await systemProcessTable().list()).find((entry) => entry.pid === process.pid)?.startTime;
  return { pid: process.pid, startTime: startTime ?? '' };
}

/** Whether the process runs. */
export async function isRunning(owner: OwnerProcess): Promise<boolean> {
  const entries = await systemProcessTable().list();
  return entries.some(({ pid, startTime, alive }) => alive && pid === owner.pid && startTime === owner.startTime);
}
