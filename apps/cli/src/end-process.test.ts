import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const body = (path: string, count: number) => `
  import { open } from 'node:fs/promises';
  import { endProcess } from ${JSON.stringify(new URL('./end-process.ts', import.meta.url).href)};
  for (let n = 0; n < ${count}; n += 1) void open(${JSON.stringify(path)}, 'r');
  process.stdout.write('the last words');
  await endProcess(14);
`;

it.each([0, 1, 6])('ends with its exit code while %i threads wait for the writer of a pipe', async (count) => {
  const folder = mkdtempSync(join(tmpdir(), 'wakey-end-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const words = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', body(pipe, count)];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  let complained = '';
  child.stderr.on('data', (text) => {
    complained += text;
  });
  expect(await once(child, 'close')).toEqual([14, null]);
  expect([said, complained]).toEqual(['the last words', '']);
});
