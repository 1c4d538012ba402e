import { spawn } from 'node:child_process';
import type { Environment } from '@wakey/config';
import { sendSignal } from '@wakey/host';

/** How to run a tool. */
export interface ToolOptions {
  readonly env: Environment;
  /** The working directory. */
  readonly cwd: string;
  /** When it aborts, the tool and all that it started are killed. */
  readonly signal: AbortSignal;
}

/** How a tool ended. */
export interface ToolResult {
  /** The exit code; undefined if a signal ended the tool, or if it could not be started. */
  readonly code: number | undefined;
  readonly stdout: string;
  /** What the tool printed as errors, or why it could not be started. */
  readonly stderr: string;
}

/**
 * Runs a tool to its end, in a process group of its own, so that a Ctrl-C of the terminal does not reach it. Resolves also
 * if the tool fails, cannot be started or is killed; no process of its group is left then.
 */
export async function runTool(command: string, args: readonly string[], options: ToolOptions): Promise<ToolResult> {
  if (options.signal.aborted) return { code: undefined, stdout: '', stderr: '' };
  try {
    return await toItsEnd(command, args, options);
  } catch (error) {
    // The message says why the system cannot start the process.
    return { code: undefined, stdout: '', stderr: error instanceof Error ? error.message : String(error) };
  }
}

function toItsEnd(command: string, args: readonly string[], { env, cwd, signal }: ToolOptions): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    // Node throws some errors of a start here, and emits the others.
    const child = spawn(command, [...args], { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => {
      if (child.pid !== undefined) void sendSignal(-child.pid, 'SIGKILL');
    };
    signal.addEventListener('abort', kill, { once: true });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      stdout += part;
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      stderr += part;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', kill);
      resolve({ code: code ?? undefined, stdout, stderr });
    });
  });
}
