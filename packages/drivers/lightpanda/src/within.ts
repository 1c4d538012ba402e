import { systemClock } from '@wakey/host';

/** Whether `work` ends within `limit` ms. Rejects if the work fails in this time; a later failure is ignored. */
export async function within(limit: number, work: Promise<unknown>): Promise<boolean> {
  const { promise: isLate, resolve } = Promise.withResolvers<boolean>();
  const cancel = systemClock.set(limit, () => resolve(false));
  try {
    return await Promise.race([work.then(() => true), isLate]);
  } finally {
    cancel();
  }
}
