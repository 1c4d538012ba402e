import { expect, it } from 'vitest';
import { profileParts } from './parts.js';

it('is the page about profiles; after a change run `pnpm vitest run --project chromium parts-reference -u`', async () => {
  const rows = profileParts.map(
    ({ places, is, why }) =>
      `| ${is === 'kept' ? '**kept**' : 'left out'} | ${places.map((place) => `\`${place}\``).join(', ')} | ${why} |`,
  );
  await expect([head, ...rows, foot].join('\n')).toMatchFileSnapshot('../../../../docs/reference/profile.md');
});

const head = `# Which parts of a profile a backup contains

Made from \`packages/chromium/src/profile/parts.ts\`; a test keeps it equal.

A [backup](../guides/keeping-a-session.md) contains these parts of the browser’s profile. The first row that names a path decides. \`*\` stands
for any part of one name, \`**\` for any directories above; everything below a place belongs to the place. Chromium and its headless shell use
the same places, the shell fewer of them, and both drivers leave them as they are: a session resumes from the profile of one in any other, also
in another directory.

A path that no other row names is left out. A login lies in the storage of sites, which has directories of its own. A backup keeps these
directories whole, so that it also keeps new files in them. The rest of a profile serves a person at the browser’s windows, or one machine:
keeping unknown paths would pack caches, locks and the paths of that machine.

|     | places | why |
| --- | ------ | --- |`;

const foot = `
## While the browser runs

A copy is the state that a browser killed at one moment would have left, never a mixture of two moments:

- **LevelDB** (\`IndexedDB\`, \`Local Storage\`): the manifest describes a state. The tables of that state never change, and the copy gives them a
  second name at once. All logs of one directory listing except the last are complete; the copy cuts off an unfinished record at the end of the
  last. If the manifest names another log before the copy has opened the logs, the copy begins again. It reads the files of long values
  (\`*.indexeddb.blob\`) before and after the logs.
- **Everything else** (SQLite with its journal, Cache Storage): the copy reads each file twice. If both readings agree, nothing changed in between.

If no such moment comes within 30 s, there is no copy, and the next one is tried on schedule. [Figures](../reliability.md): 200 copies while the
page wrote as fast as it could, beside 200 plain recursive copies.

The last writes may be missing from the files, because Chromium writes \`localStorage\` late. By default it takes 5 s for the first write after
its start and up to 60 s for a later one (measured with both binaries of version 156.0.8078.108). Both drivers start Chromium with
\`--enable-aggressive-domstorage-flushing\`, and then every write, also one of 400 kB, is in the files after 1 s: before the first backup, 5 s
after ready. \`IndexedDB\` is complete up to the beginning of the copy.

## Before the browser starts

Wakey checks that each database has all its files, with the sizes that its manifest names, and that its logs can be read to their end. Wakey also
cuts off a record that a killed browser left unfinished. Chromium would ignore that record once and write new records behind it. At the next
start Chromium could not read up to 32 KiB in the middle of that log, and if the rest contradicts itself, it deletes every database of the site.
`;
