import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { exportSession, type SessionExport } from '@wakey/client';
import { placeOptions, storeOptions, UsageError } from '@wakey/config';
import type { ReportJson } from '@wakey/wire';
import { profileFormatOf } from '../drivers/profile-format.js';
import { DONE } from '../exit-codes.js';
import { exportOptions, outputOptions } from '../options/commands.js';
import { typedAgain } from '../options/start-again.js';
import { requireSession } from '../session/require-session.js';
import { ageText, loginFields, loginLines, sizeText } from '../transfer/facts.js';
import { openSource, readSealingKeys } from '../transfer/transfer-keys.js';
import { untilSignal } from '../transfer/until-signal.js';
import { writeNewFile } from '../transfer/write-new-file.js';
import { refuseTerminal, writeStdout } from '../transfer/write-stdout.js';
import { plain } from '../views/plain-view.js';
import { command } from './command.js';

/** `wakey export`: one file that holds the login of a session. */
export const exportCommand = command({
  name: 'export',
  summary: 'Put the login of a session into one file, encrypted.',
  description:
    'Only the given key, passphrase or recipients open the file. wakey import brings the session back, also on another machine. ' +
    'Safe while the session runs: the file then holds its newest backup.',
  session: { doc: 'Name of the session.' },
  options: { ...exportOptions, ...placeOptions, ...storeOptions, ...outputOptions },
  examples: [
    ['export main --key-file wakey.key', 'write a file that the key in wakey.key opens'],
    ['export main --recipient age1… --to main.age', 'write a file for another person’s key'],
    ['export main --key-file wakey.key --to - >main.age', 'write it to stdout'],
  ],
  async run({ session: id, values, given }, shell) {
    const { cwd, out, err } = shell;
    const { keyFile, passphraseFile } = storeOptions;
    const keys = values.plain ? undefined : await readSealingKeys(values, cwd);
    if (keys === undefined && !values.plain) {
      throw new UsageError(
        'Anybody who has that file has the account, so name who can open it: --key-file, --recipient or --passphrase-file. ' +
          'For a file that everybody can open: --plain',
      );
    }
    if (values.to === '-') refuseTerminal(out);
    await requireSession(id, values, shell);
    return untilSignal(shell, async (signal) => {
      const store = await openSource(values, shell);
      const format = await profileFormatOf(values.driver, cwd);
      const exported = await exportSession({
        ...{ sessionsDir: resolve(cwd, values.sessionsDir), id, format, signal },
        ...(store === undefined ? {} : { store }),
        fromQuarantine: values.fromQuarantine,
        holder: { host: hostname(), pid: process.pid, since: Date.now(), program: 'wakey export' },
      });
      try {
        const bytes =
          keys === undefined
            ? exported.bytes
            : (await import('@wakey/store-encrypted')).encryptBytes(exported.bytes, keys);
        const file = values.to === '-' ? undefined : resolve(cwd, values.to ?? nameOf(id, values.plain));
        const size = await (file === undefined ? writeStdout(out, bytes) : writeNewFile(file, bytes));
        const { driver } = exportOptions;
        const again = typedAgain(keys === undefined ? { driver } : { driver, keyFile, passphraseFile }, given);
        const done = { id, file, size, again, isEncrypted: keys !== undefined, exported };
        // If the file goes to stdout, nothing else may go there.
        const report = file === undefined ? err : out;
        report.write(values.json ? `${JSON.stringify(fieldsOf(done))}\n` : `${plain(textOf(done)).join('\n')}\n`);
        return DONE;
      } finally {
        await exported.close();
      }
    });
  },
});

interface Done {
  readonly id: string;
  /** `undefined`: stdout. */
  readonly file: string | undefined;
  readonly size: number;
  /** The options with which `wakey import` brings the session back: its driver, and the key of the file. */
  readonly again: string;
  readonly isEncrypted: boolean;
  readonly exported: SessionExport;
}

function nameOf(id: string, isPlain: boolean): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return `${id}-${time}Z.wakey${isPlain ? '.tar.zst' : '.age'}`;
}

function fieldsOf({ id, file, size, isEncrypted, exported }: Done): ReportJson {
  const { from, generation, isProved, why, damaged, manifest } = exported;
  return {
    session: id,
    ...({ event: 'exported', file: file ?? null, size, isEncrypted, from } as const),
    ...(generation === undefined ? {} : { generation }),
    ...(isProved === undefined ? {} : { isProved }),
    ...(why === undefined ? {} : { why }),
    ...(damaged.length === 0 ? {} : { damaged }),
    ...loginFields(manifest),
  };
}

function textOf({ id, file, size, again, isEncrypted, exported }: Done): readonly string[] {
  return [
    `Session ${id} ${file === undefined ? 'was written to stdout' : `is in ${file}`} (${sizeText(size)}, ${isEncrypted ? 'encrypted' : 'NOT encrypted'}).`,
    ...loginLines(exported.manifest).map((line) => `  ${line}`),
    `  ${sourceOf(exported)}`,
    ...(isEncrypted
      ? []
      : ['The file is the login itself: anybody who reads it has the account. Protect it like a key.']),
    `Bring it back: npx wakey import ${file ?? '<file>'}${again}`,
  ];
}

function sourceOf({ from, generation, isProved, why, heldBy, manifest, damaged }: SessionExport): string {
  if (from === 'profile') return 'taken from the profile of the session, which is not running';
  const age = ageText(Date.now() - manifest.createdAt);
  if (from === 'quarantine') {
    return `taken from quarantine: backup ${generation}, saved ${age}; WhatsApp refuses it if the device was really logged out`;
  }
  const holder = heldBy === undefined ? 'somebody' : `${heldBy.program}, process ${heldBy.pid} on ${heldBy.host}`;
  const reason = why === 'in-use' ? `${holder} runs the session` : 'its profile holds nothing newer';
  const passed = damaged.length === 0 ? '' : `; skipped as damaged: backup ${damaged.join(', ')}`;
  const proof = isProved === true ? ', proved by a restart' : '';
  return `taken from backup ${generation}, saved ${age}${proof}, because ${reason}${passed}`;
}
