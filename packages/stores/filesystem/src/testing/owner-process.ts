import { startTold, type ToldProcess } from '@wakey/testkit';
import type { Answer, Order } from './owner.js';

/** Starts a process that runs `owner.ts`, and returns it when it is ready for its first order. */
export function startOwner(): Promise<ToldProcess<Order, Answer>> {
  return startTold(new URL('./owner.ts', import.meta.url));
}
