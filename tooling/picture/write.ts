import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../workspaces.ts';
import { svgOf } from './svg.ts';

/** `node tooling/picture/write.ts`: redraws docs/images/terminal.svg from a real `wakey start` in a real terminal (tmux). */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wakey-picture-'));
  const simulator = spawn(process.execPath, [wakey, 'simulate', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await addressOf(simulator);
    const start = `cd ${folder} && exec ${process.execPath} ${wakey} start --url ${url}`;
    tmux('new-session', '-d', '-x', String(SIZE.columns), '-y', String(SIZE.rows), start);
    const screen = await screenWith('expires in');
    writeFileSync(target, svgOf(screen, SIZE));
    console.log(`wrote ${target}`);
    tmux('send-keys', 'C-c');
    await gone();
  } finally {
    simulator.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const SIZE = { columns: 80, rows: 40 };
const wakey = join(root, 'apps/cli/bin/wakey.js');
const target = join(root, 'docs/images/terminal.svg');

async function addressOf({ stdout }: Pick<ChildProcess, 'stdout'>): Promise<string> {
  if (stdout === null) throw new Error('The simulator has no output.');
  const [line] = (await once(createInterface({ input: stdout }), 'line')) as [string];
  return (JSON.parse(line) as { readonly url: string }).url;
}

/** Runs a command of tmux, on a tmux server of this process that ends with its last session. */
function tmux(...words: readonly string[]): string {
  return execFileSync('tmux', ['-L', `wakey-picture-${process.pid}`, ...words], { encoding: 'utf8', stdio: 'pipe' });
}

async function screenWith(text: string): Promise<string> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const screen = tmux('capture-pane', '-e', '-N', '-p');
    if (screen.includes(text)) return screen;
    await delay(PAUSE);
  }
  throw new Error(`The screen never showed "${text}".`);
}

/** Resolves when `wakey start` has stopped, and tmux with it. */
async function gone(): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      tmux('has-session');
    } catch {
      // The tmux server has ended, because its last session has.
      return;
    }
    await delay(PAUSE);
  }
  throw new Error('wakey start did not stop within a minute of Ctrl-C.');
}

const TRIES = 300;
const PAUSE = 200;

await main();
