/**
 * What runs in the page. Each function is sent as its source, so it may use nothing but the others, which go with it.
 */
export function inPageSource(): string {
  return [KEEP_NAMES, toJsonText, messageOf, runScript, installBridge].map(String).join('\n');
}

/** Functions compiled with esbuild's `keepNames` call this helper, which the page does not have. */
export const KEEP_NAMES = 'const __name = (named) => named;';

/**
 * Writes a value as JSON, or throws naming the place of the first value that JSON would lose or change. Trusts no
 * `toJSON`, which a page may have put on what everything inherits from. Runs in Node as well.
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
    // A hole of a list is undefined here, and refused.
    const list = Array.isArray(item) ? Array.from(item, (member, index) => text(member, `${path}[${index}]`)) : [];
    const written = Array.isArray(item) ? `[${list.join(',')}]` : members(item, path);
    parents.delete(item);
    return written;
  };
  return text(value, 'value');
}

/** The message of whatever was thrown, however odd. */
export function messageOf(thrown: unknown): string {
  try {
    return (thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)).slice(0, 2_000);
  } catch {
    // What was thrown throws itself when it is read.
    return 'a value that cannot be printed';
  }
}

/** Tells in one string what came of a script: `u`ndefined, `j`son, `n`ot json and why, `e`rror and its message. */
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

/** The page's side of exposed functions, once a document and only in its top frame: `send` tells the driver of a call. */
export function installBridge(send: (call: string) => void, key: string): void {
  const place = globalThis as unknown as Record<string, unknown>;
  if (place.top !== place.window || key in place) return;
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const offered = new Set<string>();
  let calls = 0;
  const bridge = {
    /** False where the page has the name for something else. */
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
