import { expect, it } from 'vitest';
import { commands } from './commands.js';
import { commandReference, endingReference, exitCodeReference } from './reference.js';

it('is the page about the command line; after a change run `pnpm vitest run --project wakey -u`', async () => {
  await expect(commandReference(commands)).toMatchFileSnapshot('../../../docs/reference/cli.md');
});

it('is the page about exit codes', async () => {
  await expect(exitCodeReference()).toMatchFileSnapshot('../../../docs/reference/exit-codes.md');
});

it('is the page about endings', async () => {
  await expect(endingReference()).toMatchFileSnapshot('../../../docs/reference/endings.md');
});
