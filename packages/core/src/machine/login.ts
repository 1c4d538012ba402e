import type { Freshness } from './event.js';
import type { Login, Run } from './state.js';

/** The login of a profile without credentials. */
export const noLogin: Login = { is: 'none' };

/** Whether the profile holds credentials. */
export function isLinked({ login }: Run): boolean {
  return login.is === 'held';
}

/** How old the profile of this login is. */
export function freshnessOf({ login }: Run): Freshness {
  const restored = login.is === 'held' ? login.restored : undefined;
  if (restored === undefined) return { from: 'live', age: 0, missing: 0 };
  const { from, age, missing } = restored;
  return { from, age, missing };
}

/** The run with the age of its profile as it is at the time `at`. */
export function aged(run: Run, at: number): Run {
  const { login } = run;
  if (login.is === 'none' || login.restored === undefined) return run;
  const { restored } = login;
  return { ...run, login: { ...login, restored: { ...restored, age: restored.age + (at - restored.at), at } } };
}

/** Whether the session was ready with this login. */
export function isProven({ login }: Run): boolean {
  return login.is === 'held' && login.proof !== 'none';
}

/** Whether ready was proved since the last save, and nothing has put the login in doubt since. */
export function hasFreshProof({ login }: Run): boolean {
  return login.is === 'held' && login.proof === 'fresh';
}

/** Whether the run began with this login, so that it needs no code. */
export function isResumed({ login }: Run): boolean {
  return login.is === 'held' && login.from !== 'link';
}

/** Whether an older profile was restored that did not become ready since. */
export function isRestored({ login }: Run): boolean {
  return login.is === 'held' && login.from === 'backup' && login.proof === 'none';
}

/** The run with another proof of its login. Without a login, the same run. */
export function withProof(run: Run, proof: 'none' | 'fresh' | 'stale'): Run {
  return run.login.is === 'none' ? run : { ...run, login: { ...run.login, proof } };
}

/** The run after a save, or when the login may be gone: the next save needs another proof of ready. */
export function withoutFreshProof(run: Run): Run {
  return isProven(run) ? withProof(run, 'stale') : run;
}
