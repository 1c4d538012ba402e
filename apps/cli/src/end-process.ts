import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Ends the process with an exit code. `process.exit` waits for the threads with which Node reads files. A thread that reads from
 * a dead network mount or from a pipe without a writer never returns: then a process that exits replaces this one.
 */
export async function endProcess(exitCode: number): Promise<never> {
  for (let waited = 0; isReading() && waited < PATIENCE; waited += PAUSE) await sleep(PAUSE);
  if (!isReading()) return process.exit(exitCode);
  // `execve` ends the threads too. Windows and older versions of Node do not have it.
  process.execve?.(process.execPath, [process.execPath, '-e', `process.exit(${exitCode})`], {});
  process.kill(process.pid, 'SIGKILL');
  return sleep(PATIENCE, undefined as never);
}

/** How long to wait for reads that are under way, in ms. Reads that are not stuck end sooner. */
const PATIENCE = 500;
const PAUSE = 10;

function isReading(): boolean {
  return process
    .getActiveResourcesInfo()
    .some((name) => /^(FSReq|FileHandleClose|GetAddrInfo|GetNameInfo)/i.test(name));
}
