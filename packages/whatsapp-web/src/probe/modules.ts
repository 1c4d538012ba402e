import { attempt, functionOf, objectOf, type PageObject, type PageWindow } from './page-window.js';

/** The page's modules, by exact id; the probe never searches for a module. */
export interface Modules {
  /** Returns the exports of a module; undefined while the module is not ready. */
  exportsOf(id: string): PageObject | undefined;
  /** Records which modules have arrived. */
  look(): void;
  /** Whether no module has arrived for so long that no more are expected. */
  isSettled(): boolean;
}

/**
 * After this time without a new module the first batch is complete, and the probe may run a module before the page
 * does.
 */
const batchMs = 750;

/** See {@link Modules}. `settleMs`: how long no module may arrive before the page counts as settled. */
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

  /**
   * Whether the probe can require the module without an error and without changing the order in which the page runs its
   * modules.
   */
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

/** Whether all dependencies of the module have arrived. */
function isResolved(record: PageObject): boolean {
  const { dependencies, depPosition } = record;
  if (dependencies === undefined) return true;
  return Array.isArray(dependencies) && (typeof depPosition !== 'number' || depPosition >= dependencies.length);
}
