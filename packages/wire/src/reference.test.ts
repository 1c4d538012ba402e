import { expect, it } from 'vitest';
import { jsonSchemas } from './decode.js';
import { jsonReference } from './testing/reference.js';

it('is the page about JSON; after a change run `pnpm vitest run --project wire -u`', async () => {
  await expect(jsonReference()).toMatchFileSnapshot('../../../docs/reference/json.md');
});

it('is the file of JSON Schemas', async () => {
  const text = `${JSON.stringify(jsonSchemas(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../../docs/reference/json.schema.json');
});
