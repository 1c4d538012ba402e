import type { OpenPage, PageAdapter, PageSignal } from '@wakey/core';

/** Wraps an adapter so that `hear` replaces each of its signals by any number of others. */
function hearing(adapter: PageAdapter, makeHear: () => (signal: PageSignal) => readonly PageSignal[]): PageAdapter {
  return {
    ...adapter,
    open(page, options) {
      const hear = makeHear();
      const onSignal = (signal: PageSignal) => {
        for (const one of hear(signal)) options.onSignal(one);
      };
      return adapter.open(page, { ...options, onSignal });
    },
  };
}

/** Breaks an adapter: a single page without a device counts as a logout that two documents have shown. */
export function trustingAdapter(adapter: PageAdapter): PageAdapter {
  let wasReady = false;
  let document = 1_000_000;
  return hearing(adapter, () => (signal) => {
    if (signal.type === 'readiness') wasReady = true;
    const isTaken = wasReady && ['unpaired', 'qr', 'qr-idle', 'page-booting'].includes(signal.type);
    if (!isTaken) return [signal];
    document += 2;
    // Invents a report for each of two documents that do not exist.
    return [document - 1, document].map((read) => ({ type: 'logged-out', by: 'phone', document: read }) as PageSignal);
  });
}

/** Breaks an adapter: once the page was ready, it drops all signals, and every reading succeeds. */
export function deafAdapter(adapter: PageAdapter): PageAdapter {
  let isDeaf = false;
  const listening = hearing(adapter, () => {
    isDeaf = false;
    return (signal) => {
      if (isDeaf) return [];
      isDeaf = signal.type === 'readiness' && signal.missing.length === 0;
      return [signal];
    };
  });
  return {
    ...listening,
    async open(page, options) {
      const opened = await listening.open(page, options);
      const read: OpenPage['read'] = (call) => opened.read(call).catch(() => undefined);
      return { ...opened, read };
    },
  };
}
