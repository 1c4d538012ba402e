import type { Modules } from './modules.js';
import { functionOf, objectOf, type PageWindow } from './page-window.js';
import { type Need, needs, type Place, parts, placeName } from './table.js';

/** A part that this page has. `values`: its exports in the order of the table, or its one element or value. */
export interface Found {
  readonly place: Place;
  readonly values: readonly [unknown, ...unknown[]];
}

/** Looks up the parts of the table in a page. */
export interface Finder {
  /** Returns the parts of this page that serve the need, preferred part first. */
  every(need: Need): readonly Found[];
  first(need: Need): Found | undefined;
  has(place: Place): boolean;
  /** Returns the names of all parts of the table that can serve the need. */
  namesOf(need: Need): readonly string[];
  /** Returns the names of the missing parts without which the adapter cannot read the page. */
  missing(isUnpaired: boolean): readonly string[];
}

/** See {@link Finder}. */
export function findParts(page: PageWindow, modules: Modules): Finder {
  function valuesAt(place: Place): readonly unknown[] {
    if ('module' in place) {
      const exports = modules.exportsOf(place.module);
      return place.exports.map((path) => member(exports, path) ?? member(exports?.default, path));
    }
    if ('selector' in place) return [page.document.querySelector(place.selector) ?? undefined];
    if ('global' in place) return [page[place.global]];
    return [];
  }

  function every(need: Need): readonly Found[] {
    return parts
      .filter((part) => part.for === need)
      .map(({ at }) => ({ place: at, values: valuesAt(at) }))
      .filter((found): found is Found => found.values.length > 0 && !found.values.includes(undefined));
  }

  const namesOf = (need: Need) => parts.filter((part) => part.for === need).map(({ at }) => placeName(at));

  return {
    every,
    first: (need) => every(need)[0],
    has: (place) => valuesAt(place).every((value) => value !== undefined),
    namesOf,
    missing(isUnpaired) {
      const isDue = (need: Need) => needs[need] === 'always' || (isUnpaired && needs[need] === 'unpaired');
      const lacking = (Object.keys(needs) as Need[]).filter((need) => isDue(need) && every(need).length === 0);
      return [...new Set(lacking.flatMap(namesOf))];
    },
  };
}

/** Returns the member at a dotted path; a function is bound to its owner. */
function member(root: unknown, path: string): unknown {
  let owner = root;
  let value = root;
  for (const name of path.split('.')) {
    owner = value;
    value = objectOf(value)?.[name];
  }
  return functionOf(value)?.bind(owner) ?? value ?? undefined;
}
