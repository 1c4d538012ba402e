import { openJournal } from '../src/journal/open-journal.js';
import { origin } from './journals.ts';

/**
 * Writes to the journal of a profile without an end, always the same 50 records, so that the journal is rewritten again and again. Prints
 * the number of each commit that is on the disk.
 */
const [profile = '', first = '0'] = process.argv.slice(2);
const journal = await openJournal(
  profile,
  (error) => {
    throw error;
  },
  { small: 20_000 },
);
const text = (number: number) => `${number} ${'x'.repeat(200)}`;
for (let number = Number(first); ; number += 1) {
  const ops = [
    ['put', 'd', 's', number % 50, text(number)],
    ['put', 'd', 's', 'last', number],
  ];
  if (number === 0) ops.unshift(['version', 'd', 1], ['store', 'd', 's', null, false] as never);
  await new Promise<void>((resolve) => journal.writer.append(JSON.stringify({ origin, ops }), resolve));
  process.stdout.write(`${number}\n`);
}
