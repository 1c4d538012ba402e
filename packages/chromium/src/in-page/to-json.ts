/**
 * Writes a value as JSON, or throws a TypeError that names the path of the first value that JSON would lose or change.
 * Runs in Node and in the page, where a script may have added a `toJSON` to a prototype, so it uses only the value
 * itself. A property that is `undefined` counts as absent.
 */
export function toJsonText(value: unknown): string {
  const parents = new Set<object>();

  const text = (item: unknown, path: string): string => {
    if (item === null || typeof item === 'boolean') return String(item);
    if (typeof item === 'string') return JSON.stringify(item);
    if (typeof item === 'number') return Number.isFinite(item) ? number(item) : refuse(String(item), path);
    if (typeof item !== 'object') return refuse(item === undefined ? 'undefined' : `a ${typeof item}`, path);
    if (parents.has(item)) return refuse('a cycle', path);
    parents.add(item);
    const written = Array.isArray(item) ? list(item, path) : record(item, path);
    parents.delete(item);
    return written;
  };

  const list = (items: readonly unknown[], path: string): string => {
    const parts: string[] = [];
    for (let index = 0; index < items.length; index += 1) parts.push(text(items[index], `${path}[${index}]`));
    return `[${parts.join(',')}]`;
  };

  const record = (item: object, path: string): string => {
    if (!isPlain(item)) return refuse(`a ${item.constructor?.name || 'foreign object'}`, path);
    const parts: string[] = [];
    for (const [key, member] of Object.entries(item)) {
      if (member !== undefined) parts.push(`${JSON.stringify(key)}:${text(member, `${path}.${key}`)}`);
    }
    return `{${parts.join(',')}}`;
  };

  return text(value, 'value');
}

/** Whether an object is a plain object, of this realm or another: its prototype has no prototype. */
function isPlain(item: object): boolean {
  const prototype = Object.getPrototypeOf(item);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function number(item: number): string {
  return Object.is(item, -0) ? '-0' : String(item);
}

function refuse(what: string, path: string): never {
  throw new TypeError(`${path} is ${what}, which JSON cannot carry`);
}
