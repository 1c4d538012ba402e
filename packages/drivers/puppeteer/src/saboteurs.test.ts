import { driverClauses, noticedBy, ownerClauses } from '@wakey/conformance';
import { describe, expect, it } from 'vitest';
import { tested } from './testing/tested-driver.js';

/** `conformance.test.ts` shows that the driver itself, without sabotage, keeps every clause. */
describe('a driver that breaks one promise fails its clause', () => {
  it.each(driverClauses.map((clause) => [clause.name, clause] as const))('%s', async (_, clause) => {
    expect(await noticedBy(clause, tested)).toBeTypeOf('string');
  });

  it.each(ownerClauses.map((clause) => [clause.name, clause] as const))('%s', async (_, clause) => {
    await expect(clause.check(clause.sabotage(tested))).rejects.toThrow();
  });
});
