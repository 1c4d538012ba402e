import type { BrowserHandle } from '@wakey/core';
import { memoryMeasure, openCalls } from '@wakey/host';
import { processesOfSession } from './processes-of.js';
import type { BrowserProcess } from './start-browser.js';
import { browserLost, wayOut } from './watch-browser.js';

/** The method `memory` of a handle on a browser that this process started; nothing where Wakey cannot measure memory. */
export function browserMemory({
  record,
  exited,
}: Pick<BrowserProcess, 'record' | 'exited'>): Pick<BrowserHandle, 'memory'> {
  const measure = memoryMeasure();
  if (measure === undefined) return {};
  const calls = openCalls();
  void exited.then((exit) => calls.end(browserLost(wayOut(exit), exit.detail)));
  return {
    memory: (options = {}) =>
      calls.run('Measuring the memory of the browser', { timeout: 10_000, ...options }, async () => {
        const processes = await processesOfSession(record);
        if (processes.length === 0) throw browserLost('none of its processes lives');
        return measure(processes.map(({ pid }) => pid));
      }),
  };
}
