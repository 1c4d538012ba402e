import { type Clause, driverClauses, ownerClauses } from '@wakey/conformance';
import type { BrowserDriver, CapabilityName } from '@wakey/core';
import { playwrightDriver } from '@wakey/driver-playwright';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { expect, it } from 'vitest';

const drivers: readonly BrowserDriver[] = [puppeteerDriver(), playwrightDriver()];

it('is the page about drivers; after a change run `pnpm vitest run -c e2e/vitest.config.ts e2e/drivers/reference -u`', async () => {
  await expect(page()).toMatchFileSnapshot('../../docs/reference/drivers.md');
});

function page(): string {
  const clauses = [...driverClauses, ...ownerClauses];
  return [
    '# Drivers, and what each promises',
    'Generated from the drivers and from the clauses of `@wakey/conformance`. Every driver’s own tests run every clause on a real browser.',
    '## Capabilities',
    table('Capability', capabilityNames(), (name, { capabilities }) => (capabilities[name].supported ? 'yes' : 'no')),
    ...drivers.flatMap(absent),
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
  cell: (row: Row, driver: BrowserDriver, index: number) => string,
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

function absent({ name, capabilities }: BrowserDriver): readonly string[] {
  const lines = capabilityNames().flatMap((capability) => {
    const it = capabilities[capability];
    return it.supported ? [] : [`- ${name}, no \`${capability}\`: ${it.reason}`];
  });
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function verdict(clause: Pick<Clause<never, never>, 'needs'> | undefined, { capabilities }: BrowserDriver): string {
  return clause?.needs === undefined || capabilities[clause.needs].supported ? 'kept' : 'refused';
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
