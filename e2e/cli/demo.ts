import { readdir } from 'node:fs/promises';
import { makeFolder } from '../support/folder.ts';
import { processesNaming } from '../support/processes.ts';
import { runWakey } from './wakey.ts';

/** How a demo went, and what it left. */
export interface DemoRun {
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
  /** Pids of processes that still live and name its folder. */
  readonly leftProcesses: readonly number[];
  readonly leftFiles: readonly string[];
}

/** Runs `wakey demo` with a temporary directory of its own, which tells its processes and files from everybody else's. */
export async function runDemo(...args: readonly string[]): Promise<DemoRun> {
  const { path, remove } = await makeFolder();
  try {
    const wakey = runWakey(['demo', ...args], { cwd: path, env: { TMPDIR: path } });
    const code = await wakey.exited;
    const [leftProcesses, leftFiles] = [processesNaming(path), await readdir(path)];
    return { code, stdout: wakey.stdout(), stderr: wakey.stderr(), leftProcesses, leftFiles };
  } finally {
    await remove();
  }
}
