/// <reference lib="dom" />

/** Whether a value contains such an object anywhere. */
export function holds(root: unknown, wanted: (value: object) => boolean): boolean {
  const seen = new Set<object>();
  const look = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return false;
    if (wanted(value)) return true;
    if (isLeaf(value)) return false;
    seen.add(value);
    return membersOf(value).some(look);
  };
  return look(root);
}

/** A copy of a value in which such objects are replaced. Objects without them stay the same. */
export function replaced<T extends object>(
  root: unknown,
  wanted: (value: object) => value is T,
  by: (value: T) => unknown,
) {
  const copies = new Map<object, unknown>();
  const copy = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (wanted(value)) return by(value);
    if (isLeaf(value)) return value;
    if (copies.has(value)) return copies.get(value);
    if (value instanceof Map) {
      const made = new Map<unknown, unknown>();
      copies.set(value, made);
      for (const [key, member] of value) made.set(copy(key), copy(member));
      return made;
    }
    if (value instanceof Set) {
      const made = new Set<unknown>();
      copies.set(value, made);
      for (const member of value) made.add(copy(member));
      return made;
    }
    const made: Record<string, unknown> = Array.isArray(value) ? Object.assign(new Array(value.length)) : {};
    copies.set(value, made);
    for (const [key, member] of Object.entries(value)) made[key] = copy(member);
    return made;
  };
  return copy(root);
}

/** Replaces such objects inside a value that no other code has seen yet. */
export function replaceInPlace<T extends object>(
  root: unknown,
  wanted: (value: object) => value is T,
  by: (value: T) => object,
): unknown {
  const made = new Map<T, object>();
  const seen = new Set<object>();
  const change = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (wanted(value)) {
      const replacement = made.get(value) ?? by(value);
      made.set(value, replacement);
      return replacement;
    }
    if (isLeaf(value) || seen.has(value)) return value;
    seen.add(value);
    if (value instanceof Map) {
      const entries = [...value];
      value.clear();
      for (const [key, member] of entries) value.set(change(key), change(member));
    } else if (value instanceof Set) {
      const members = [...value];
      value.clear();
      for (const member of members) value.add(change(member));
    } else {
      const record = value as Record<string, unknown>;
      for (const key of Object.keys(record)) {
        const changed = change(record[key]);
        if (changed !== record[key]) record[key] = changed;
      }
    }
    return value;
  };
  return change(root);
}

/** Whether an object has no members that could contain such an object: the browser clones it as a whole. */
function isLeaf(value: object): boolean {
  if (value instanceof Map || value instanceof Set || Array.isArray(value)) return false;
  return Object.prototype.toString.call(value) !== '[object Object]';
}

function membersOf(value: object): readonly unknown[] {
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Set) return [...value];
  return Object.values(value);
}
