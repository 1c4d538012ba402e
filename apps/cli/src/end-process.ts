import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Ends the process with an exit code. `process.exit` waits for the threads that Node reads files with, and one that waits for
 * a dead network mount or for the other end of a pipe never comes back: then the process is replaced by one that exits.
 */
export async function endProcess(exitCode: number): Promise<never> {
  for (let waited = 0; isReading() && waited < PATIENCE; waited += PAUSE) await sleep(PAUSE);
  if (!isReading()) return process.exit(exitCode);
  // It ends the threads as well. Windows has no such call, and older versions of Node do not.
  process.execve?.(process.execPath, [process.execPath, '-e', `process.exit(${exitCode})`], {});
  process.kill(process.pid, 'SIGKILL');
  return sleep(PATIENCE, undefined as never);
}

/** What is under way and not stuck ends soon, in ms. */
const PATIENCE = 500;
const PAUSE = 10;

function isReading(): boolean {
  return process
    .getActiveResourcesInfo()
    .some((name) => /^(FSReq|FileHandleClose|GetAddrInfo|GetNameInfo)/i.test(name));
}
