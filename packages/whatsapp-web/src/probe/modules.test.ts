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
  it('are not run before the page had time to run them', () => {
    const { page, required } = fakePage();
    const modules = readModules(page, 1_000);
    modules.look();
    expect(modules.exportsOf('WAWebSocketModel')).toBeUndefined();
    vi.advanceTimersByTime(750);
    expect(modules.exportsOf('WAWebSocketModel')).toBeDefined();
    expect(required).toEqual(['WAWebSocketModel']);
  });

  it('can be read as soon as the page reports that it has booted', () => {
    const { page } = fakePage();
    const modules = readModules(page, 1_000);
    Object.assign(page, { Debug: { VERSION: '2.3000.1' } });
    expect(modules.exportsOf('WAWebSocketModel')).toBeDefined();
  });

  it('that the page lacks are never required, because the page would throw', () => {
    const { page, required } = fakePage();
    const modules = readModules(page, 1_000);
    vi.advanceTimersByTime(750);
    expect(modules.exportsOf('WAWebNotThere')).toBeUndefined();
    expect(required).toEqual([]);
  });

  it('whose dependencies have not arrived are not run', () => {
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

  it('are settled once no module has arrived for a while', () => {
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
