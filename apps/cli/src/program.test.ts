import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { commands } from './commands.js';
import { runProgram } from './program.js';
import type { Shell } from './shell.js';

async function printed(...args: readonly string[]): Promise<string> {
  let text = '';
  const out = { write: (part: string) => (text += part) };
  const shell: Shell = {
    ...{ out, err: out, input: Readable.from([]), env: {}, cwd: '/', program: 'wakey.js' },
    signals: { listen: () => () => undefined },
  };
  await runProgram(args, shell, '0.0.0');
  return text;
}

it.each([[], ...commands.map(({ name }) => name.split(' '))])(
  'keeps the help of wakey %s within 80 columns',
  async (...words) => {
    const help = await printed(...words, '--help');
    expect(help).toContain('Usage: wakey');
    for (const line of help.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
  },
);

it('has only examples that can be copied as they are', async () => {
  expect(await printed('start', '--help')).toContain('\n    npx wakey start --json');
});
