import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../support/folder.ts';
import { program } from './wakey.ts';

describe('a command loads the packages that it needs, and no others', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ path: folder, remove } = await makeFolder());
  });
  afterEach(() => remove());

  it.each(['--version', '--help', 'status'])('wakey %s loads no simulator and no encryption', async (command) => {
    const loaded = await packagesLoadedBy(folder, command);
    expect(loaded).toContain('commander');
    for (const heavy of HEAVY) expect(loaded).not.toContain(heavy);
  });

  it('wakey keys generate loads the encryption, and no simulator', async () => {
    const loaded = await packagesLoadedBy(folder, 'keys', 'generate', '--key-file', 'wakey.key');
    expect(loaded).toContain('age-encryption');
    expect(loaded).not.toContain('@wakey/simulator');
  });
});

/** The packages that together took most of the time of a start. */
const HEAVY = ['@wakey/simulator', 'selfsigned', 'ws', 'jsqr', '@wakey/store-encrypted', 'age-encryption'];

/** The packages that a command imports, without Node's modules and the files of the packages themselves. */
async function packagesLoadedBy(cwd: string, ...args: readonly string[]): Promise<readonly string[]> {
  const listing = `data:text/javascript,${encodeURIComponent(LISTING)}`;
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', listing, program, ...args], {
    cwd,
    env: { PATH: process.env.PATH },
  });
  return stderr.split('\n').flatMap((line) => (line.startsWith(MARK) ? [line.slice(MARK.length)] : []));
}

const MARK = 'loads ';

/** Runs in the command's process before the program, and prints each import to stderr. */
const LISTING = `
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(name, context, next) {
      if (!/^(node:|file:|[.])/.test(name)) process.stderr.write('${MARK}' + name + '\\n');
      return next(name, context);
    },
  });`;
