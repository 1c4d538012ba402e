import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { importSession } from '@wakey/client';
import { placeOptions, readKeys, storeOptions } from '@wakey/config';
import type { ReportJson } from '@wakey/wire';
import { profileFormatOf } from '../drivers/profile-format.js';
import { DONE } from '../exit-codes.js';
import { importOptions, outputOptions } from '../options/commands.js';
import { arrivalFields, arrivalLines, openDestination } from '../transfer/arrival.js';
import { loginFields, loginLines } from '../transfer/facts.js';
import { openBundleFile } from '../transfer/open-bundle-file.js';
import { untilSignal } from '../transfer/until-signal.js';
import { plain } from '../views/plain-view.js';
import { command } from './command.js';

/** `wakey import`: brings an exported login back. */
export const importCommand = command({
  name: 'import',
  summary: 'Bring back the login of an exported session, here or on another machine.',
  description:
    'The whole file is checked before anything changes. The key opens the file, and the session’s backups are encrypted with it ' +
    'from then on, unless --plain is given.',
  operand: { name: 'file', doc: 'The file that wakey export wrote; - for stdin.' },
  options: { ...importOptions, ...placeOptions, ...storeOptions, ...outputOptions },
  examples: [
    ['import main.wakey.age --key-file wakey.key', 'bring the session back as main'],
    ['import main.wakey.age --session work --passphrase-file p', 'bring it back as work'],
  ],
  async run({ operand, values, given }, shell) {
    const { cwd, out } = shell;
    const { session: id, replace, plain: isPlain } = values;
    const keys = await readKeys(values, cwd);
    return untilSignal(shell, async (signal) => {
      const store = await openDestination(values, isPlain, shell);
      const { bytes, isEncrypted } = await openBundleFile(operand, keys, shell);
      const format = await profileFormatOf(values.driver, cwd);
      const imported = await importSession({
        ...{ sessionsDir: resolve(cwd, values.sessionsDir), id, format, replace, bytes, signal },
        ...(store === undefined ? {} : { store }),
        holder: { host: hostname(), pid: process.pid, since: Date.now(), program: 'wakey import' },
      });
      const { manifest } = imported;
      if (values.json) {
        const fields = { ...loginFields(manifest), ...arrivalFields(imported) };
        const report: ReportJson = { session: id, event: 'imported', wasEncrypted: isEncrypted, ...fields };
        out.write(`${JSON.stringify(report)}\n`);
        return DONE;
      }
      const lines = [
        `Session ${id} is back, as it was on ${new Date(manifest.createdAt).toISOString()}.`,
        ...loginLines(manifest).map((line) => `  ${line}`),
        ...arrivalLines(id, imported, store, given),
      ];
      out.write(`${plain(lines).join('\n')}\n`);
      return DONE;
    });
  },
});
