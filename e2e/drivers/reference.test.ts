import { type Clause, driverClauses, ownerClauses } from '@wakey/conformance';
import type { BrowserDriver, CapabilityName } from '@wakey/core';
import { lightpandaDriver } from '@wakey/driver-lightpanda';
import { playwrightDriver } from '@wakey/driver-playwright';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { expect, it } from 'vitest';

/** A driver, with what its own tests run it on. */
interface Column extends Pick<BrowserDriver, 'capabilities'> {
  readonly name: string;
  readonly runsOn: string;
}

const both = 'the headless shell, and a browser with windows (Chromium or Chrome), whichever of them are installed';
const standIn = 'a stand-in: a Chromium that lacks what Lightpanda lacks and speaks its protocol as of';
const stock = lightpandaDriver();

const drivers: readonly Column[] = [
  { ...puppeteerDriver(), runsOn: both },
  { ...playwrightDriver(), runsOn: both },
  { ...stock, name: 'lightpanda (August)', runsOn: `${standIn} August 2026, before 1.0` },
  {
    ...stock,
    name: 'lightpanda (1.0)',
    runsOn: `${standIn} October 2026, 1.0; and on a real Lightpanda, where one is found`,
  },
];

it('is the page about drivers; after a change run `pnpm vitest run -c e2e/vitest.config.ts e2e/drivers/reference -u`', async () => {
  await expect(page()).toMatchFileSnapshot('../../docs/reference/drivers.md');
});

function page(): string {
  const clauses = [...driverClauses, ...ownerClauses];
  return [
    '# Drivers, and what each promises',
    'Generated from the drivers and from the clauses of `@wakey/conformance`. Every driver’s own tests run every clause, and their names say on which binary.',
    drivers.map(({ name, runsOn }) => `- ${name}: on ${runsOn}.`).join('\n'),
    'Windows are shown on Xvfb, where that is installed; without it, it is tested that a window without a display is refused.',
    '## Capabilities',
    table('Capability', capabilityNames(), (name, { capabilities }) => (capabilities[name].supported ? 'yes' : 'no')),
    'Of Lightpanda this is the stock binary; a build of one’s own may have `webLocks` and `cryptoKeyStorage`, as `patched` says.',
    ...drivers.slice(0, -1).flatMap(absent),
    '## Clauses',
    '“kept”: the promise itself is tested. “refused”: what it needs is absent, and the test is that the driver says so.',
    table(
      'Clause',
      clauses.map((clause) => escaped(clause.name)),
      (_, driver, row) => verdict(clauses[row], driver),
    ),
    '',
  ].join('\n\n');
}

function table<Row extends string>(
  head: string,
  rows: readonly Row[],
  cell: (row: Row, driver: Column, index: number) => string,
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line([head, ...drivers.map(({ name }) => name)]),
    line(['---', ...drivers.map(() => '---')]),
    ...rows.map((row, index) => line([row, ...drivers.map((driver) => cell(row, driver, index))])),
  ].join('\n');
}

function capabilityNames(): readonly CapabilityName[] {
  // The contract's type names every capability as a key.
  return drivers.flatMap(({ capabilities }, index) =>
    index > 0 ? [] : (Object.keys(capabilities) as CapabilityName[]),
  );
}

function absent({ name, capabilities }: Column): readonly string[] {
  const lines = capabilityNames().flatMap((capability) => {
    const it = capabilities[capability];
    return it.supported ? [] : [`- ${name}, no \`${capability}\`: ${it.reason}`];
  });
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function verdict(clause: Pick<Clause<never, never>, 'needs'> | undefined, { capabilities }: Column): string {
  return clause?.needs === undefined || capabilities[clause.needs].supported ? 'kept' : 'refused';
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
