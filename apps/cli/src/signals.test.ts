import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { Signal } from './shell.js';
import { processSignals } from './signals.js';

function listening() {
  const stdout = new EventEmitter();
  const process = Object.assign(new EventEmitter(), { stdout, stderr: new EventEmitter() });
  const stops: Signal[] = [];
  // The signals use only these parts of a process.
  processSignals(process as unknown as NodeJS.Process).listen(
    (signal) => stops.push(signal),
    () => undefined,
  );
  return { process, stdout, stops };
}

const failure = (code: string) => Object.assign(new Error(code), { code });

it.each(['EPIPE', 'EIO'])('asks once for a clean stop when nobody reads the output any more: %s', (code) => {
  const { process, stdout, stops } = listening();
  stdout.emit('error', failure(code));
  stdout.emit('error', failure(code));
  process.emit('SIGHUP');
  expect(stops).toEqual(['SIGTERM']);
});

it.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('stops nothing when the output does not fit on the disk: %s', (code) => {
  const { stdout, stops } = listening();
  stdout.emit('error', failure(code));
  expect(stops).toEqual([]);
});
