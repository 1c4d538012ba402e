import type { EndSignal, ProcessEntry, ProcessTable } from '@wakey/host';
import { describe, expect, it, vi } from 'vitest';
import { browserUnkillable, endMarked, endProcess } from './end-process.js';
import { processesOf } from './processes-of.js';

const record = { pid: 10, startTime: 'b10', marker: 'm' };

type Life = Partial<ProcessEntry> & {
  readonly pid: number;
  readonly until?: number;
  readonly bears?: EndSignal;
};

/** A process that survives a signal also survives all gentler signals. */
const ORDER: readonly EndSignal[] = ['SIGINT', 'SIGTERM', 'SIGKILL'];

/** A process table with a clock that advances only while the code waits. */
function machine(...lives: readonly Life[]) {
  let time = 0;
  const signals: string[] = [];
  const ended = new Set<number>();
  const entries = () =>
    lives.map(
      (life): ProcessEntry => ({
        parent: 1,
        group: 10,
        session: 10,
        startTime: `b${life.pid}`,
        marked: false,
        ...life,
        alive: !ended.has(life.pid) && (life.until ?? Number.POSITIVE_INFINITY) > time && life.alive !== false,
      }),
    );
  const table: ProcessTable = {
    list: async () => entries().filter(({ pid }) => !ended.has(pid)),
    alive: async (asked) => {
      const now = entries().filter(({ alive }) => alive);
      return asked.filter((entry) =>
        now.some(({ pid, startTime }) => pid === entry.pid && startTime === entry.startTime),
      );
    },
    async signal(pid, signal) {
      signals.push(`${signal} ${pid} at ${time}`);
      const { bears } = lives.find((life) => life.pid === pid) ?? {};
      if (bears === undefined || ORDER.indexOf(signal) > ORDER.indexOf(bears)) ended.add(pid);
    },
  };
  const clock = {
    now: () => time,
    async wait(milliseconds: number) {
      time += milliseconds;
    },
  };
  return { table, clock, signals, time: () => time };
}

const main = { pid: 10, marked: true };
const renderer = { pid: 11, parent: 10 };
const zygoteOrphan = { pid: 12, parent: 1 };
const crashHandler = { pid: 13, parent: 1, group: 99, session: 99, marked: true };
const stranger = { pid: 14, parent: 1, group: 14, session: 14 };

describe('endProcess', () => {
  it('sends no signal if the browser exits when it is asked to', async () => {
    const { table, clock, signals } = machine({ ...main, until: 40 }, { ...renderer, until: 60 });
    const ask = vi.fn();
    expect(await endProcess(record, { ask, table, clock })).toEqual([]);
    expect(ask).toHaveBeenCalledOnce();
    expect(signals).toEqual([]);
  });

  it('sends SIGINT and SIGTERM only to the main process if asking did not help, then kills all processes', async () => {
    const { table, clock, signals } = machine(
      { ...main, bears: 'SIGTERM' },
      renderer,
      zygoteOrphan,
      { ...crashHandler, bears: 'SIGTERM' },
      stranger,
    );
    const options = { ask: () => undefined, terminateAfter: 100, killAfter: 200, table, clock };
    expect(await endProcess(record, options)).toEqual([]);
    const [first, second, ...kills] = signals.map((line) => line.replace(/ at .*/, ''));
    expect([first, second]).toEqual(['SIGINT 10', 'SIGTERM 10']);
    expect(kills.sort()).toEqual(['SIGKILL 10', 'SIGKILL 11', 'SIGKILL 12', 'SIGKILL 13']);
  });

  it('sends no other signal if the main process exits at SIGINT, at which Chromium saves its cookies', async () => {
    const { table, clock, signals } = machine(main, { ...renderer, until: 150 });
    const options = { ask: () => undefined, terminateAfter: 100, killAfter: 2_000, table, clock };
    expect(await endProcess(record, options)).toEqual([]);
    expect(signals.map((line) => line.replace(/ at .*/, ''))).toEqual(['SIGINT 10']);
  });

  it('returns the processes that no signal ends, after its time limit, and the error names them', async () => {
    const { table, clock, time } = machine({ ...main, bears: 'SIGKILL' }, renderer);
    const left = await endProcess(record, { terminateAfter: 10, killAfter: 20, giveUpAfter: 1_000, table, clock });
    expect(left.map(({ pid }) => pid)).toEqual([10]);
    expect(time()).toBeGreaterThanOrEqual(1_000);
    expect(browserUnkillable(left)).toMatchObject({ code: 'browser-unkillable', details: { pids: '10' } });
    expect(browserUnkillable(left).message).toContain('10');
  });

  it('kills at once when `hurry` is aborted', async () => {
    const { table, clock, signals, time } = machine({ ...main, bears: 'SIGTERM' });
    await endProcess(record, { ask: () => undefined, hurry: { aborted: true }, table, clock });
    expect(signals).toEqual(['SIGKILL 10 at 0']);
    expect(time()).toBeLessThan(100);
  });

  it('ends helpers that outlive their main process', async () => {
    const { table, clock, signals } = machine(renderer, crashHandler, stranger);
    expect(await endProcess(record, { table, clock })).toEqual([]);
    expect([...signals].sort()).toEqual(['SIGTERM 11 at 0', 'SIGTERM 13 at 0']);
  });

  it('never touches a process that has since got the id of the browser', async () => {
    const other = { pid: 10, startTime: 'b99' };
    const { table, clock, signals } = machine(other, { pid: 11, parent: 10 });
    expect(await endProcess(record, { table, clock })).toEqual([]);
    expect(signals).toEqual([]);
  });

  it('treats a zombie as dead', async () => {
    const { table, clock, signals } = machine({ ...main, alive: false });
    expect(await endProcess(record, { table, clock })).toEqual([]);
    expect(signals).toEqual([]);
  });
});

describe('endMarked', () => {
  it('does not touch a helper whose only connection to the browser is an old process id', async () => {
    const { table, clock, signals } = machine(renderer, crashHandler);
    expect(await endMarked(record, { table, clock })).toEqual([]);
    expect(signals).toEqual(['SIGTERM 13 at 0']);
  });
});

describe('processesOf', () => {
  it('finds the marked processes, the session that one of them leads, and all their descendants', async () => {
    const grandchild = { pid: 20, parent: 11, group: 20, session: 20 };
    const { table } = machine(grandchild, main, renderer, zygoteOrphan, crashHandler, stranger);
    const pids = (await processesOf('m', table)).map(({ pid }) => pid);
    expect(pids.sort()).toEqual([10, 11, 12, 13, 20]);
  });
});
