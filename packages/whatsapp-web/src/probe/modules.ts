import { attempt, functionOf, objectOf, type PageObject, type PageWindow } from './page-window.js';

/** The page's own modules, by exact id; nothing is ever searched for. */
export interface Modules {
  /** The exports of a module; undefined while the page does not have it ready. */
  exportsOf(id: string): PageObject | undefined;
  /** Takes note of what has arrived by now. */
  look(): void;
  /** Whether nothing more has arrived for so long that nothing is expected. */
  isSettled(): boolean;
}

/** After this long without a new module the first batch is complete, and a module may be run before the page does. */
const batchMs = 750;

/** See {@link Modules}. `settleMs`: how long nothing may have arrived for the page to count as settled. */
export function readModules(page: PageWindow, settleMs: number): Modules {
  const known = new Map<string, PageObject>();
  let count = -1;
  let changedAt = performance.now();

  const loader = () => functionOf(page.require);
  const quietFor = () => performance.now() - changedAt;

  function exportsOf(id: string): PageObject | undefined {
    const cached = known.get(id);
    if (cached !== undefined) return cached;
    const require = loader();
    if (require === undefined || !mayRequire(id)) return undefined;
    const exports = objectOf(attempt(() => require(id)));
    if (exports !== undefined) known.set(id, exports);
    return exports;
  }

  /** Whether requiring the module cannot throw, nor run it in another order than the page's own boot would. */
  function mayRequire(id: string): boolean {
    if (id === '__debug') return true;
    const map = moduleMap();
    if (map === undefined) return isBooted();
    const record = objectOf(Object.hasOwn(map, id) ? map[id] : undefined);
    if (record === undefined) return false;
    return Boolean(record.exports) || (isResolved(record) && isBooted());
  }

  const moduleMap = () => objectOf(exportsOf('__debug')?.modulesMap);
  const isBooted = () => objectOf(page.Debug)?.VERSION !== undefined || quietFor() >= batchMs;

  function look(): void {
    const map = moduleMap();
    const now = map === undefined ? Number(loader() !== undefined) : Object.keys(map).length;
    if (now === count && page.document.readyState === 'complete') return;
    count = now;
    changedAt = performance.now();
  }

  return { exportsOf, look, isSettled: () => quietFor() >= settleMs };
}

/** Whether everything the module depends on has arrived. */
function isResolved(record: PageObject): boolean {
  const { dependencies, depPosition } = record;
  if (dependencies === undefined) return true;
  return Array.isArray(dependencies) && (typeof depPosition !== 'number' || depPosition >= dependencies.length);
}
