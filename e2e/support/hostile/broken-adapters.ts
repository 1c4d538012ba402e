import type { OpenPage, PageAdapter, PageSignal } from '@wakey/core';

/** Wraps what an adapter reports. `hear` returns what is passed on in a signal's place. */
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

/** Takes a page that has no device any more for an unlink, twice over, whatever page it is. */
export function trustingAdapter(adapter: PageAdapter): PageAdapter {
  let wasReady = false;
  let document = 1_000_000;
  return hearing(adapter, () => (signal) => {
    if (signal.type === 'readiness') wasReady = true;
    const isTaken = wasReady && ['unpaired', 'qr', 'qr-idle', 'page-booting'].includes(signal.type);
    if (!isTaken) return [signal];
    document += 2;
    // Two readings of two documents that nobody has read.
    return [document - 1, document].map((read) => ({ type: 'logged-out', by: 'phone', document: read }) as PageSignal);
  });
}

/** Hears nothing any more once the page was ready, and calls every reading a success. */
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
