import { deleteDatabases } from './database.ts';
import { dropMirror } from './local-mirror.ts';

const dirtyKey = 'WALogoutUnfinished';

/** Erases the whole storage of the page. The next boot finishes an interrupted erasure. */
export async function eraseStorage(): Promise<void> {
  localStorage.setItem(dirtyKey, '1');
  await dropMirror();
  await deleteDatabases();
  localStorage.clear();
}

/** Finishes an interrupted erasure. */
export async function finishErasing(): Promise<void> {
  if (localStorage.getItem(dirtyKey) !== null) await eraseStorage();
}
