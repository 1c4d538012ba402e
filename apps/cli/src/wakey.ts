import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { endProcess } from './end-process.js';
import { runProgram } from './program.js';
import { processSignals } from './signals.js';
import { outlets } from './terminal/outlet.js';

const { version }: { readonly version: string } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

const exitCode = await runProgram(
  process.argv.slice(2),
  {
    ...outlets(process),
    input: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    program: fileURLToPath(new URL('../bin/wakey.js', import.meta.url)),
    signals: processSignals(process),
  },
  version,
);
// Everything is stopped by now. Handles that a browser library left open must not keep the process alive.
await endProcess(exitCode);
