import { expect, it } from 'vitest';
import { profileParts } from './parts.js';

it('prints docs/reference/profile.md; after a change run `pnpm vitest run --project chromium parts-reference -u`', async () => {
  const rows = profileParts.map(
    ({ places, is, why }) =>
      `| ${is === 'kept' ? '**in the backup**' : 'left out'} | ${places.map((place) => `\`${place}\``).join(', ')} | ${why} |`,
  );
  await expect([head, ...rows, foot].join('\n')).toMatchFileSnapshot('../../../../docs/reference/profile.md');
});

const head = `# Which parts of a profile a backup contains

A test generates this page from \`packages/chromium/src/profile/parts.ts\`.

A [backup](../guides/keeping-a-session.md) contains the files that this table marks **in the backup**. The first row that matches a path decides.
\`*\` stands for any text within one file name, \`**/\` for any directories. A row with a directory covers every file below that directory.

Chromium and its headless shell store the same data in the same places; the shell stores less. No driver moves these places. So a session that
one of these browsers wrote resumes in another of them, and in another directory.

A backup leaves out every path that no other row names. A site’s storage, which holds the login, has directories of its own. A backup contains
these directories whole, so that it also contains files that a later browser adds to them. Other unknown files are caches, locks, or settings of
one user or one machine, so a backup does not need them.

|     | places | content |
| --- | ------ | ------- |`;

const foot = `
## While the browser runs

For a backup of a running session, Wakey copies the profile while the browser writes to it. Each database in the copy has the state that the
database had at one moment, as if the browser had been killed at that moment. A copy never mixes the states of two moments:

- **LevelDB** (\`IndexedDB\`, \`Local Storage\`): LevelDB’s manifest lists the tables of the present state. LevelDB never changes a table, so Wakey
  creates a second name for each table in the copy at once. In one listing of the directory, every log except the last is complete; Wakey cuts off an
  unfinished record at the end of the last log. If the manifest names another log before Wakey has opened the logs, Wakey begins again. Wakey
  copies the files of long values (\`*.indexeddb.blob\`) before and after the logs.
- **Everything else** (SQLite with its journal, Cache Storage): Wakey reads each file twice. If both readings are equal, the file did not change
  between them.

If Wakey finds no such moment within 30 s, it writes no backup and tries again on schedule. [Figures](../reliability.md): 200 of these copies and
200 plain recursive copies, made while the page wrote as fast as it could.

A copy may lack the page’s last writes to \`localStorage\`, because Chromium writes them to the disk late: by default 5 s after the first write
since its start, and up to 60 s after a later write (measured with both binaries of version 156.0.8078.108). Both drivers start Chromium with
\`--enable-aggressive-domstorage-flushing\`. Then every write, even one of 400 kB, is on the disk after 1 s, and so before the first backup, which
comes 5 s after ready. A copy contains all writes to \`IndexedDB\` up to the moment at which the copy began.

## Each change as it is made

Between two backups Wakey compares the profile with the state that the store has, each time the operating system says that a file has changed. It tells the difference
in groups. Each group ends at a state that a browser killed at one moment would have left:

1. the files of long values and the new tables, which nothing names yet;
2. the new edits of the manifest, and \`CURRENT\` if it names another manifest;
3. the new records of the logs, the oldest log first, and only complete records;
4. the removal of tables and logs that nothing names any more.

If LevelDB changed its manifest meanwhile, Wakey compares again. All other files are told whole when their content has changed, after two equal
readings. If the browser has replaced a database by a new one, Wakey saves a new backup instead.

Chromium writes \`localStorage\` 1 s after a change, so a segment has it up to 1 s later than \`IndexedDB\`. A state that comes back after the loss of a machine can
therefore have \`IndexedDB\` of now and \`localStorage\` of a second ago.

## Before the browser starts

Wakey checks that each database has all files that its manifest names, with the right sizes, and that each log can be read to its end. LevelDB numbers
all changes without gaps, so Wakey also finds changes that are missing before the first log or between two logs. It cannot find missing last changes.

Wakey also removes an unfinished record that a killed browser left at the end of a log. Chromium ignores such a record at the next start, but
writes new records behind it. At the start after that, Chromium cannot read up to 32 KiB in the middle of the log, and if it finds the rest of
the database inconsistent, it deletes every database of the site.
`;
