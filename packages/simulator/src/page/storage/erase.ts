import { deleteDatabases } from './database.ts';
import { dropMirror } from './local-mirror.ts';

const dirtyKey = 'WALogoutUnfinished';

/** Erases everything the page has kept. What is cut short is finished at the next boot. */
export async function eraseStorage(): Promise<void> {
  localStorage.setItem(dirtyKey, '1');
  await dropMirror();
  await deleteDatabases();
  localStorage.clear();
}

/** Finishes an erasure that was cut short. */
export async function finishErasing(): Promise<void> {
  if (localStorage.getItem(dirtyKey) !== null) await eraseStorage();
}
