/// <reference lib="dom" />

interface Request {
  readonly name: string;
  readonly mode: LockMode;
  readonly grant: () => void;
}

/**
 * `navigator.locks` for a browser without it. One document has the whole browser, so a queue in the document is enough. Runs in the
 * page.
 */
export function bridgeLocks(): void {
  const held: { readonly name: string; readonly mode: LockMode; steal(): void }[] = [];
  let waiting: Request[] = [];
  const fits = (name: string, mode: LockMode) =>
    held.every((lock) => lock.name !== name || (mode === 'shared' && lock.mode === 'shared'));
  const advance = () => {
    const blocked = new Set<string>();
    for (const request of [...waiting]) {
      if (blocked.has(request.name) || !fits(request.name, request.mode)) {
        blocked.add(request.name);
        continue;
      }
      waiting = waiting.filter((other) => other !== request);
      request.grant();
    }
  };
  const run = (name: string, mode: LockMode, work: (lock: object) => unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const lock = {
        name,
        mode,
        steal: () => reject(new DOMException('The lock was stolen.', 'AbortError')),
      };
      held.push(lock);
      const release = () => {
        const at = held.indexOf(lock);
        if (at >= 0) held.splice(at, 1);
        advance();
      };
      // The lock is free before the page learns of the end.
      const over = (tell: (outcome: unknown) => void) => (outcome: unknown) => {
        release();
        tell(outcome);
      };
      Promise.resolve()
        .then(() => work({ name, mode }))
        .then(over(resolve), over(reject));
    });
  const locks = {
    request(name: string, ...given: readonly unknown[]): Promise<unknown> {
      const work = given.at(-1) as (lock: object | null) => unknown;
      const options = (given.length > 1 ? given[0] : {}) as LockOptions;
      const { mode = 'exclusive', ifAvailable = false, steal = false, signal } = options;
      if (typeof work !== 'function') return Promise.reject(new TypeError('The callback is not a function.'));
      if (name.startsWith('-') || (steal && (ifAvailable || mode === 'shared' || signal !== undefined))) {
        return Promise.reject(new DOMException('This request is not supported.', 'NotSupportedError'));
      }
      if (signal?.aborted === true) return Promise.reject(signal.reason);
      if (steal) {
        for (const lock of held.filter((one) => one.name === name)) {
          held.splice(held.indexOf(lock), 1);
          lock.steal();
        }
      }
      const isFree = steal || (fits(name, mode) && !waiting.some((one) => one.name === name));
      if (isFree) return run(name, mode, work);
      if (ifAvailable) return Promise.resolve().then(() => work(null));
      return new Promise((resolve, reject) => {
        const request: Request = { name, mode, grant: () => run(name, mode, work).then(resolve, reject) };
        waiting.push(request);
        signal?.addEventListener('abort', () => {
          if (!waiting.includes(request)) return;
          waiting = waiting.filter((other) => other !== request);
          reject(signal.reason);
          advance();
        });
      });
    },
    async query() {
      const shown = ({ name, mode }: { readonly name: string; readonly mode: LockMode }) => ({
        name,
        mode,
        clientId: '',
      });
      return { held: held.map(shown), pending: waiting.map(shown) };
    },
  };
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true, enumerable: true });
}
