import { expect, it } from 'vitest';
import { profileParts } from './parts.js';

it('is the page about profiles; after a change run `pnpm vitest run --project chromium parts-reference -u`', async () => {
  const rows = profileParts.map(
    ({ places, is, why }) =>
      `| ${is === 'kept' ? '**kept**' : 'left out'} | ${places.map((place) => `\`${place}\``).join(', ')} | ${why} |`,
  );
  await expect([head, ...rows, foot].join('\n')).toMatchFileSnapshot('../../../../docs/reference/profile.md');
});

const head = `# What is kept of a profile

Made from \`packages/chromium/src/profile/parts.ts\`; a test keeps it equal.

When a session is [kept](../guides/keeping-a-session.md), this much of its browser’s profile goes into the bundle. The first row that names a
path decides. \`*\` stands for any part of one name, \`**\` for any directories above; whatever is below a place belongs to it. Chromium and its
headless shell have the same places, the shell fewer of them, and both drivers leave them as they are: a profile that is kept from one
resumes on any other, in another directory.

What no other row names is left out. A login is in what a site may keep, and that has its own directories, which are kept whole, so that
something new in them is kept as well. Everything else serves the person in front of a browser’s windows, or one machine: keeping what is unknown
would pack caches, locks and the paths of that machine.

|     | places | why |
| --- | ------ | --- |`;

const foot = `
## While the browser runs

A copy is what a browser killed at one moment would have left, never a mixture of moments:

- **LevelDB** (\`IndexedDB\`, \`Local Storage\`): the manifest names a state; its tables never change and get a second name at once; of the logs that
  one listing shows all but the last are complete, and a record that is not finished is cut off. When the manifest has gone on to another log before they
  were open, it is tried again. The files of long values (\`*.indexeddb.blob\`) are taken before and after.
- **Everything else** (SQLite with its journal, Cache Storage): read, and read again; where both readings agree, nothing changed in between.

After 30 s without such a moment there is no copy, and the next one comes on schedule. [Figures](../reliability.md): 200 copies while the page wrote as
fast as it could, beside 200 plain recursive ones.

What is written last may not be in the files yet: Chromium writes \`localStorage\` late. By itself it takes 5 s for the
first write after its start and up to 60 s for a later one (measured with both binaries of version 156.0.8078.108); both drivers start it with
\`--enable-aggressive-domstorage-flushing\`, and then every write, also one of 400 kB, is there after 1 s: before the first backup, 5 s after ready. \`IndexedDB\` is complete up to the beginning of the
copy.

## Before the browser starts

Wakey looks whether each database has all its files, with the sizes that its manifest names, and whether its logs can be read to their end. And it
cuts off a record that a killed browser has not finished. Chromium would ignore it once and write on behind it; at the start after that it
cannot read what is there, up to 32 KiB from the middle of a log, and where the rest contradicts itself it deletes every database of the site.
`;
