import { readdir } from 'node:fs/promises';
import { makeFolder } from '../support/folder.ts';
import { processesNaming } from '../support/processes.ts';
import { runWakey } from './wakey.ts';

/** The output of a demo, and the processes and files that it left. */
export interface DemoRun {
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
  /** The ids of living processes whose command line or environment names the demo's folder. */
  readonly leftProcesses: readonly number[];
  readonly leftFiles: readonly string[];
}

/** Runs `wakey demo` with a temporary directory of its own, which distinguishes the demo's processes and files from all others. */
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
