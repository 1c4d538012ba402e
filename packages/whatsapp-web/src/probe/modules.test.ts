import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readModules } from './modules.js';
import { fakePage } from './testing/fake-page.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('Modules of the page', () => {
  it('are not run before the page had time to do so itself', () => {
    const { page, required } = fakePage();
    const modules = readModules(page, 1_000);
    modules.look();
    expect(modules.exportsOf('WAWebSocketModel')).toBeUndefined();
    vi.advanceTimersByTime(750);
    expect(modules.exportsOf('WAWebSocketModel')).toBeDefined();
    expect(required).toEqual(['WAWebSocketModel']);
  });

  it('can be read as soon as the page says that it has booted', () => {
    const { page } = fakePage();
    const modules = readModules(page, 1_000);
    Object.assign(page, { Debug: { VERSION: '2.3000.1' } });
    expect(modules.exportsOf('WAWebSocketModel')).toBeDefined();
  });

  it('that the page does not have are never required, for that would throw inside it', () => {
    const { page, required } = fakePage();
    const modules = readModules(page, 1_000);
    vi.advanceTimersByTime(750);
    expect(modules.exportsOf('WAWebNotThere')).toBeUndefined();
    expect(required).toEqual([]);
  });

  it('whose dependencies are still to come are left alone', () => {
    const { page, required } = fakePage();
    const record = { dependencies: ['a', 'b'], depPosition: 1, exports: null };
    Object.assign(page, {
      require: (id: string) => (id === '__debug' ? { modulesMap: { A: record } } : required.push(id)),
    });
    const modules = readModules(page, 1_000);
    vi.advanceTimersByTime(750);
    expect(modules.exportsOf('A')).toBeUndefined();
    expect(required).toEqual([]);
  });

  it('are settled once nothing more arrives', () => {
    const { page, modules: present } = fakePage();
    const modules = readModules(page, 1_000);
    modules.look();
    vi.advanceTimersByTime(999);
    modules.look();
    expect(modules.isSettled()).toBe(false);
    present.WAWebLate = {};
    vi.advanceTimersByTime(1);
    modules.look();
    vi.advanceTimersByTime(1_000);
    modules.look();
    expect(modules.isSettled()).toBe(true);
  });
});
