import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { runDemo } from '../cli/demo.ts';

/** Runs the demo again and again. Each run must observe every step, and leave no process and no file. */
export async function run({ count = 20, log }: ProofOptions): Promise<void> {
  for (let number = 1; number <= count; number++) {
    const { code, stdout, stderr, leftProcesses, leftFiles } = await runDemo();
    if (code !== 0) throw new Error(`Run ${number} of ${count} ended with ${code}:\n${stdout}\n${stderr}`);
    if (leftProcesses.length > 0)
      throw new Error(`Run ${number} of ${count} left processes: ${leftProcesses.join(', ')}`);
    if (leftFiles.length > 0) throw new Error(`Run ${number} of ${count} left files: ${leftFiles.join(', ')}`);
    log(`${number} of ${count}: ${/all of it +(.*)/.exec(stdout)?.[1] ?? 'observed'}, nothing left`);
  }
}
