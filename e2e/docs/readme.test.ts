import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startSimulator } from '@wakey/simulator';
import { expect, it } from 'vitest';
import { fences } from '../../tooling/docs/markdown.ts';
import { chromiumPath } from '../support/chromium.ts';
import { makeFolder } from '../support/folder.ts';
import { processesNaming } from '../support/processes.ts';

it('runs the program of the README unchanged: it logs in with a code, and without a code the next time', async () => {
  const simulator = await startSimulator({ speed: 10 });
  const folder = await makeFolder();
  const program = join(folder.path, 'login.mts');
  await writeFile(program, await programOfReadme());
  await symlink(join(import.meta.dirname, '../node_modules'), join(folder.path, 'node_modules'));
  const arguments_ = [simulator.url, chromiumPath('headless-shell')];

  const first = await run(program, arguments_, (qr) => void simulator.phone.scan(qr));
  expect(first.said).toEqual([`Logged in as 447700900000@c.us at ${simulator.url}`]);
  expect([first.codes, first.exit]).toEqual([1, 0]);
  const again = await run(program, arguments_, () => undefined);
  expect(again).toEqual({ ...first, codes: 0 });
  expect((await readdir(folder.path)).sort()).toEqual(['login.mts', 'node_modules', 'sessions']);
  expect(processesNaming(folder.path)).toEqual([]);

  await simulator.close();
  await folder.remove();
});

async function programOfReadme(): Promise<string> {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const programs = fences(readme).filter(({ words }) => words[0] === 'ts');
  expect(programs).toHaveLength(1);
  return programs[0]?.text ?? '';
}

/** Runs the program in its own folder until it ends. */
async function run(program: string, words: readonly string[], onQr: (qr: string) => void) {
  const args = ['--import', import.meta.resolve('tsx'), '--conditions=wakey:source', program, ...words];
  const child = spawn(process.execPath, args, { cwd: join(program, '..'), stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  let codes = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const qr = /^Scan: (\S+)$/.exec(line)?.[1];
    if (qr === undefined) {
      said.push(line);
    } else {
      codes += 1;
      onQr(qr);
    }
  });
  const [exit] = (await once(child, 'close')) as [number];
  return { exit, said, codes };
}
