import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { logFolder, root } from './places.mjs';

/**
 * One long command of the set-up.
 * @typedef {object} Step
 * @property {string} name Names the log file.
 * @property {string} title The text that the user reads while the command runs.
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} [env] Default: the environment of this process.
 * @property {string} advice What the user can do if the command fails.
 */

/** The error of a failed set-up step, with a message for the user. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/**
 * Runs a command, shows its progress with the time it takes, and keeps its output in a log file.
 * Rejects with a SetupError that ends with the last lines of that output, the advice, and the path of the log.
 * @param {Step} step
 * @returns {Promise<void>}
 */
export async function runStep(step) {
  mkdirSync(logFolder, { recursive: true });
  const logFile = join(logFolder, `${step.name}.log`);
  const log = createWriteStream(logFile);
  log.write(`$ ${step.command} ${step.args.join(' ')}\n`);
  const progress = showProgress(step.title);
  const tail = keepTail(progress.note);

  const child = spawn(step.command, step.args, {
    cwd: root,
    env: step.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32' && step.command.endsWith('.cmd'),
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      log.write(chunk);
      tail.add(String(chunk));
    });
  }
  const outcome = await new Promise((settle) => {
    child.on('error', (error) => settle(error.message));
    child.on('close', (code, signal) =>
      settle(code === 0 ? undefined : signal ? `killed by ${signal}` : `exit ${code}`),
    );
  });
  await new Promise((done) => log.end(done));
  progress.end(outcome === undefined);
  if (outcome !== undefined) {
    throw new SetupError(
      [
        `${step.title}: failed (${outcome}).`,
        ...tail.lines().map((line) => `  | ${line}`),
        step.advice,
        `Log: ${logFile}`,
      ].join('\n'),
    );
  }
}

/** @param {(line: string) => void} note */
function keepTail(note) {
  /** @type {string[]} */
  let kept = [];
  return {
    /** @param {string} text */
    add(text) {
      const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
      kept = [...kept, ...lines].slice(-20);
      note(kept.at(-1) ?? '');
    },
    lines: () => kept,
  };
}

/**
 * Shows progress: on a terminal one line that is redrawn each second, elsewhere a line at the start, every 15 s, and at the end.
 * @param {string} title
 */
function showProgress(title) {
  const started = Date.now();
  const elapsed = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  const out = process.stderr;
  let last = '';
  const redraw = () => {
    const line = `… ${title}  ${elapsed()}  ${last}`.slice(0, (out.columns ?? 80) - 1);
    out.write(`\r\x1b[K${line}`);
  };
  if (out.isTTY) redraw();
  else out.write(`… ${title}\n`);
  const timer = setInterval(
    () => (out.isTTY ? redraw() : out.write(`… ${title}  ${elapsed()}\n`)),
    out.isTTY ? 1_000 : 15_000,
  );
  return {
    /** @param {string} line */
    note(line) {
      last = stripVTControlCharacters(line);
    },
    /** @param {boolean} ok */
    end(ok) {
      clearInterval(timer);
      out.write(`${out.isTTY ? '\r\x1b[K' : ''}${ok ? '✓' : '✗'} ${title}  ${elapsed()}\n`);
    },
  };
}
