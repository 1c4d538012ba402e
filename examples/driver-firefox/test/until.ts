import { setTimeout as wait } from 'node:timers/promises';

/** Resolves when the condition holds. The time limit of the test ends the wait. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await wait(20);
}
