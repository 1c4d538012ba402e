import { type Clause, driverClauses, ownerClauses } from '@wakey/conformance';
import type { BrowserDriver, Capability, CapabilityName } from '@wakey/core';
import { lightpandaDriver } from '@wakey/driver-lightpanda';
import { playwrightDriver } from '@wakey/driver-playwright';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { expect, it } from 'vitest';

/** A driver, and the browsers on which its own tests run. */
interface Column extends Pick<BrowserDriver, 'capabilities'> {
  readonly name: string;
  readonly runsOn: string;
}

const both = 'the headless shell and a browser with windows (Chromium or Chrome), if they are installed';
const stock = lightpandaDriver();

const drivers: readonly Column[] = [
  { ...puppeteerDriver(), runsOn: both },
  { ...playwrightDriver(), runsOn: both },
  {
    ...stock,
    name: 'lightpanda',
    runsOn:
      'the binaries 0.4.1, 1.0.0, 1.0.1 and 1.0.2 that are installed. In place of a missing one, except 1.0.1, on a stand-in: a Chromium without the parts that Lightpanda lacks, which speaks the protocol of that version',
  },
];

it('equals docs/reference/drivers.md; after a change run `pnpm vitest run -c e2e/vitest.config.ts e2e/drivers/reference -u`', async () => {
  await expect(page()).toMatchFileSnapshot('../../docs/reference/drivers.md');
});

function page(): string {
  const clauses = [...driverClauses, ...ownerClauses];
  return [
    '# Drivers, and what each promises',
    'Generated from the drivers and from the clauses of `@wakey/conformance`. The tests of each driver run every clause; the names of the tests say on which binary.',
    drivers.map(({ name, runsOn }) => `- ${name}: on ${runsOn}.`).join('\n'),
    'If Xvfb is installed, the tests open windows on it. Without Xvfb, they check that the driver refuses to open a window without a display.',
    '## Capabilities',
    table('Capability', capabilityNames(), (name, { capabilities }) => word(capabilities[name])),
    '“bridged”: the browser itself lacks the capability, and the driver adds it.',
    ...drivers.flatMap(bridged),
    ...drivers.flatMap(absent),
    '## Clauses',
    '“kept”: the tests check that the driver keeps the promise. “refused”: the driver lacks the capability that the clause needs, and the tests check that the driver says so.',
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

function word(capability: Capability): string {
  if (!capability.supported) return 'no';
  return capability.bridged === undefined ? 'yes' : 'bridged';
}

function bridged({ name, capabilities }: Column): readonly string[] {
  const lines = capabilityNames().flatMap((capability) => {
    const it = capabilities[capability];
    return it.supported && it.bridged !== undefined ? [`- ${name}, \`${capability}\`: ${it.bridged}`] : [];
  });
  return lines.length === 0 ? [] : [lines.join('\n')];
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
