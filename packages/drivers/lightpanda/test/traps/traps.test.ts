import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { realLightpandas } from '../real-binaries.ts';
import { traps } from './traps.ts';
import { trapsOf } from './traps-of.ts';

/** What the binaries did on the day of the measurement. */
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'recorded.json'), 'utf8')) as {
  readonly measured: string;
  readonly on: string;
  readonly seen: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

const known = (await realLightpandas()).filter(({ version }) => version in recorded.seen);

describe.runIf(known.length > 0).each(known)('the real $version', ({ version, executable }) => {
  it('does in each trap what docs/reference/lightpanda.md says', async () => {
    expect(await trapsOf(executable)).toEqual(recorded.seen[version]);
  });
});

it('prints docs/reference/lightpanda.md; after a change run `pnpm vitest run --project driver-lightpanda traps -u`', async () => {
  await expect(page()).toMatchFileSnapshot('../../../../../docs/reference/lightpanda.md');
});

function page(): string {
  const versions = Object.keys(recorded.seen);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = traps.map(({ name, remedy }) =>
    row([name, ...versions.map((version) => recorded.seen[version]?.[name] ?? 'not measured'), remedy]),
  );
  return [
    '# Lightpanda: what it does otherwise, and what the driver does about it',
    `A test generates this page from \`packages/drivers/lightpanda/test/traps\`. It was measured on the real binaries on ${recorded.measured}, on ${recorded.on}. The test tries each row again on every binary that the machine has.`,
    '“Declared”: the driver leaves it as it is, and a page meets it.',
    [row(['', ...versions, 'the driver']), row(['', ...versions, ''].map(() => '---')), ...rows].join('\n'),
    foot,
  ].join('\n\n');
}

const foot = `## The connection is the login

Lightpanda keeps a page and all its data only as long as the connection of its driver. The driver therefore never connects again. It

- refuses a command above \`--cdp-max-message-size\` before it is sent, because Lightpanda would close the connection;
- turns the watchdog off (\`--watchdog-ms 0\`), which closes the connection when a page computes for 30 s;
- replaces a page that blocks the connection (a \`<script src>\` or a synchronous request of a silent server) by a blank one in the same context: cookies and localStorage stay;
- stops a load that a caller gave up (\`Page.stopLoading\`), because it would replace the page later.

A program that reads nothing for 6 s beside a page that reports a lot is disconnected by Lightpanda: do not block the event loop of Node.
`;
