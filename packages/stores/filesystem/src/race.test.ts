import { temporaryDirectory } from '@wakey/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { holder, store, textOf } from './testing/open-store.js';
import type { Answer } from './testing/owner.js';
import { startOwner } from './testing/owner-process.js';

it('grants the lease to exactly one of eight processes, with a greater fence in each round', async () => {
  const owners = await Promise.all(Array.from({ length: 8 }, startOwner));
  onTestFinished(async () => void (await Promise.all(owners.map((owner) => owner.kill()))));
  const directory = temporaryDirectory();
  for (let round = 1; round <= 5; round++) {
    const answers = await Promise.all(owners.map((owner) => owner.tell({ do: 'lease', directory })));
    const winners = answers.flatMap((answer, at) => ('fence' in answer ? [{ fence: answer.fence, at }] : []));
    expect(winners).toEqual([{ fence: round, at: expect.any(Number) }]);
    const refusals = answers.filter((answer) => 'refused' in answer);
    expect(new Set(refusals.map(({ refused }) => refused))).toEqual(new Set(['session-in-use']));
    await owners[winners[0]?.at ?? 0]?.tell({ do: 'release' });
  }
});

it('frees the lease the moment its holder is killed', async () => {
  const directory = temporaryDirectory();
  const owner = await startOwner();
  onTestFinished(() => owner.kill());
  expect(await owner.tell({ do: 'lease', directory })).toEqual({ fence: 1 });
  await expect(store(directory).lease('main', holder)).rejects.toMatchObject({ details: { pid: owner.pid } });
  await owner.kill();
  const lease = await store(directory).lease('main', holder);
  expect(lease.fence).toBe(2);
  await lease.release();
});

it('has an intact newest generation after each of ten kills in the middle of a write', async () => {
  const directory = temporaryDirectory();
  for (let kill = 1; kill <= 10; kill++) {
    const owner = await startOwner();
    onTestFinished(() => owner.kill());
    let said: Answer = await owner.tell({ do: 'write-for-ever', directory, fence: kill });
    // Each time, the kill comes after another number of turns of the event loop, so at another point of the next write.
    for (let more = 0; more < kill % 3; more++) said = await owner.hear();
    for (let turn = 0; turn < kill * 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    await owner.kill();
    const kept = store(directory);
    const bundle = await kept.read('main');
    expect(bundle?.generation).toBeGreaterThanOrEqual('fence' in said ? said.fence : Number.POSITIVE_INFINITY);
    expect(await textOf(bundle)).toBe(
      Buffer.alloc(64 * 1024, `text ${bundle?.metadata.at} `)
        .toString()
        .repeat(8),
    );
    expect(kept.warnings).toEqual([]);
  }
});
