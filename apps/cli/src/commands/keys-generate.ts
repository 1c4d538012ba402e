import { resolve } from 'node:path';
import { storeOptions, UsageError } from '@wakey/config';
import type { ReportJson } from '@wakey/wire';
import { DONE } from '../exit-codes.js';
import { outputOptions } from '../options/commands.js';
import { writeNewFile } from '../transfer/write-new-file.js';
import { command } from './command.js';

/** `wakey keys generate`: makes a key file. */
export const keysGenerate = command({
  name: 'keys generate',
  summary: 'Make a secret key in a new file, and print its public half.',
  description: 'The file is an age identity file that only you can read. An existing file is never overwritten.',
  options: { keyFile: storeOptions.keyFile, ...outputOptions },
  examples: [['keys generate --key-file wakey.key', 'make the key file wakey.key']],
  isReport: true,
  async run({ values: { keyFile, json } }, { cwd, out }) {
    if (keyFile === undefined)
      throw new UsageError('Name the file for the key: wakey keys generate --key-file wakey.key');
    const path = resolve(cwd, keyFile);
    const { generateKey } = await import('@wakey/store-encrypted');
    const { file, recipient } = await generateKey(Date.now());
    await writeNewFile(path, bytesOf(file.reveal()));
    const report: ReportJson = { event: 'key-generated', keyFile: path, recipient };
    out.write(
      json
        ? `${JSON.stringify(report)}\n`
        : `Secret key: ${path}\nPublic key: ${recipient}\n` +
            'Keep a copy of the secret key elsewhere: nothing else opens what it encrypts.\n',
    );
    return DONE;
  },
});

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
