import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StorePlace, StoreUnderTest } from '@wakey/conformance';
import { createStorage, type Driver, type Storage } from 'unstorage';
import fsLite from 'unstorage/drivers/fs-lite';
import memory from 'unstorage/drivers/memory';
import { unstorageStore } from '../src/unstorage-store.ts';

const there = { supported: true } as const;

/** The store in a place in memory or in a directory, whose driver fails on command. */
export function underTest(where: 'memory' | 'directory'): StoreUnderTest {
  return {
    capabilities: {
      streaming: where === 'directory' ? there : { supported: false, reason: 'this driver keeps every byte in memory' },
      quarantine: { supported: false, reason: 'it has no quarantine: a removed backup is gone' },
      segments: { supported: false, reason: 'it keeps whole backups only: a key-value place cannot append durably' },
      damage: there,
      damageSegment: { supported: false, reason: 'it has no segments' },
      fill: there,
      protect: there,
      disconnect: there,
      faultAt:
        where === 'memory'
          ? there
          : { supported: false, reason: 'slow here: each call lists every file; the tests in memory cover it' },
      passTime: there,
      startOwner: {
        supported: false,
        reason: 'its leases expire by time: a key-value place does not learn that a process has died',
      },
    },
    async place() {
      if (where === 'memory') return placeOver(memory());
      const folder = await mkdtemp(join(tmpdir(), 'wakey-unstorage-'));
      const place = placeOver(fsLite({ base: folder }));
      const { faultAt, ...others } = place;
      return { ...others, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
    },
  };
}

type Trouble = (isChange: boolean) => void;

/** The calls of an unstorage driver that change the place, and the calls that only read it. */
const CHANGES = ['setItem', 'setItemRaw', 'removeItem'];
const LOOKS = ['hasItem', 'getItem', 'getItemRaw', 'getKeys'];

/** The same place, through a driver that calls `meet` before each call; `meet` may throw. */
function through(driver: Driver, meet: Trouble): Storage {
  const watched = [...CHANGES, ...LOOKS].map((name) => {
    const call = (driver as unknown as Record<string, (...args: unknown[]) => unknown>)[name];
    return [
      name,
      async (...args: unknown[]) => {
        meet(CHANGES.includes(name));
        return call?.(...args);
      },
    ];
  });
  return createStorage({ driver: { ...driver, ...Object.fromEntries(watched), getInstance: undefined } as Driver });
}

function placeOver(driver: Driver): StorePlace {
  let elapsed = 0;
  const troubles = new Set<Trouble>();
  const now = () => Date.now() + elapsed;
  const open = (own: Trouble = () => undefined) => {
    const meet: Trouble = (isChange) => {
      for (const trouble of [...troubles, own]) trouble(isChange);
    };
    return unstorageStore(through(driver, meet), { now, pause: 1, duration: 1_000, margin: 500 });
  };
  const getInto = async (what: string, onlyChanges: boolean) => {
    const trouble: Trouble = (isChange) => {
      if (isChange || !onlyChanges) throw new Error(what);
    };
    troubles.add(trouble);
    return async () => void troubles.delete(trouble);
  };
  const plain = createStorage({ driver });
  return {
    open: () => open(),
    remove: () => plain.clear(),
    fill: () => getInto('the place is full', true),
    protect: () => getInto('the place is read-only', true),
    disconnect: () => getInto('the place does not answer', false),
    async passTime(ms) {
      elapsed += ms;
    },
    async damage(id, generation) {
      const base = Buffer.from(id).toString('hex');
      const [label] = await plain.getKeys(`${base}:label:${generation}`);
      const upload = label?.split(':').at(-1);
      const key = `${base}:bytes:${upload}:0`;
      const bytes = Uint8Array.from((await plain.getItemRaw<Uint8Array>(key)) ?? []);
      await plain.setItemRaw(key, bytes.with(0, (bytes[0] ?? 0) ^ 1));
    },
    faultAt(operation, how) {
      let count = 0;
      const store = open(() => {
        count += 1;
        if (how === 'crash' ? count >= operation : count === operation) throw new Error('the process is dead');
      });
      return { store, wasStruck: () => count >= operation, bury: async () => undefined };
    },
  };
}
