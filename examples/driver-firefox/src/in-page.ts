/** The functions that run in the page. The driver sends them as source text, all together, so each may use only the others. */
export function inPageSource(): string {
  return [KEEP_NAMES, toJsonText, messageOf, runScript, installBridge].map(String).join('\n');
}

/** Functions compiled with esbuild's `keepNames` call this helper, which the page does not have. */
export const KEEP_NAMES = 'const __name = (named) => named;';

/**
 * Writes a value as JSON. Throws if JSON would lose or change a part of it, and names the place of the first such part.
 * Never calls `toJSON`, because a page may have added one to a prototype of every object. Runs in Node as well.
 */
export function toJsonText(value: unknown): string {
  const parents = new Set<object>();
  const refuse = (what: string, path: string): never => {
    throw new TypeError(`${path} is ${what}, which JSON cannot carry`);
  };
  const isPlain = (item: object) => {
    const prototype = Object.getPrototypeOf(item);
    return prototype === null || Object.getPrototypeOf(prototype) === null;
  };
  const members = (item: object, path: string) => {
    if (!isPlain(item)) return refuse(`a ${item.constructor?.name || 'foreign object'}`, path);
    const kept = Object.entries(item).filter(([, member]) => member !== undefined);
    return `{${kept.map(([key, member]) => `${JSON.stringify(key)}:${text(member, `${path}.${key}`)}`).join(',')}}`;
  };
  const text = (item: unknown, path: string): string => {
    if (item === null || typeof item === 'boolean') return String(item);
    if (typeof item === 'string') return JSON.stringify(item);
    if (typeof item === 'number' && Number.isFinite(item)) return Object.is(item, -0) ? '-0' : String(item);
    if (typeof item !== 'object') return refuse(`${String(item)} (${typeof item})`, path);
    if (parents.has(item)) return refuse('a cycle', path);
    parents.add(item);
    // `Array.from` turns a hole of a list into undefined, which `text` refuses.
    const list = Array.isArray(item) ? Array.from(item, (member, index) => text(member, `${path}[${index}]`)) : [];
    const written = Array.isArray(item) ? `[${list.join(',')}]` : members(item, path);
    parents.delete(item);
    return written;
  };
  return text(value, 'value');
}

/** The message of a thrown value, which may be no error at all. */
export function messageOf(thrown: unknown): string {
  try {
    return (thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)).slice(0, 2_000);
  } catch {
    // Reading the thrown value throws too.
    return 'a value that cannot be printed';
  }
}

/**
 * Runs a script and returns its outcome as one string. The first letter is the kind: `u` for undefined, `j` and the JSON,
 * `n` and why the result is not JSON, `e` and the message of the error.
 */
export async function runScript(script: () => unknown): Promise<string> {
  let value: unknown;
  try {
    value = await script();
  } catch (thrown) {
    return `e${messageOf(thrown)}`;
  }
  try {
    return value === undefined ? 'u' : `j${toJsonText(value)}`;
  } catch (refusal) {
    return `n${messageOf(refusal)}`;
  }
}

/**
 * Installs the page's side of exposed functions, once in each document and only in its top frame. `send` reports a call to
 * the driver.
 */
export function installBridge(send: (call: string) => void, key: string): void {
  const place = globalThis as unknown as Record<string, unknown>;
  if (place.top !== place.window || key in place) return;
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const offered = new Set<string>();
  let calls = 0;
  const bridge = {
    /** Defines an exposed function. Returns false if the page uses the name for something else. */
    offer(name: string): boolean {
      if (offered.has(name)) return true;
      if (name in place) return false;
      offered.add(name);
      place[name] = (argument: unknown) =>
        new Promise((resolve, reject) => {
          const text = toJsonText(argument === undefined ? null : argument);
          calls += 1;
          waiting.set(calls, { resolve, reject });
          send(JSON.stringify({ id: calls, name, text }));
        });
      return true;
    },
    settle(id: number, isResult: boolean, text: string): void {
      const call = waiting.get(id);
      waiting.delete(id);
      if (isResult) call?.resolve(text === '' ? undefined : JSON.parse(text));
      else call?.reject(new Error(text));
    },
  };
  Object.defineProperty(place, key, { value: bridge });
}
