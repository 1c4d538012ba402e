import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FORMAT } from './entry.js';
import { type Draft, entriesOf, isWorth, readJournal, writeDraft } from './journal-file.js';
import { DamagedLine, linesIn } from './lines.js';
import type { Writer } from './writer.js';

/** A journal file that a browser writes. */
export interface RewritingOptions {
  readonly directory: string;
  readonly name: string;
  readonly writer: Writer;
  /** Of the file, and of its records that are still stored, in bytes. */
  readonly size: number;
  readonly live: number;
  /** Below this size a journal is never rewritten, in bytes. */
  readonly small: number;
}

/**
 * Rewrites the file when most of it is about records that are gone, while the writer goes on: the new file first gets what is stored at
 * one moment, then the lines that have come meanwhile. Commits wait only for the last of these. A crash at any moment leaves the old
 * file, the new one, or both, each of them whole.
 */
export function rewriteAsItGrows({ directory, writer, small, ...first }: RewritingOptions): { stop(): Promise<void> } {
  let { name, size } = first;
  /** The size at which to look again, in bytes. */
  let due = 2 * first.live + small;
  let work: Promise<void> | undefined;
  let isOver = false;

  async function* untilOver<T>(values: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const value of values) {
      if (isOver) throw new Ending();
      yield value;
    }
  }
  const rewrite = async (to: number): Promise<void> => {
    const path = join(directory, name);
    const old = await readJournal(path, to);
    // A file that keeps most of what it gets is not read again for each new line.
    due = Math.max(2 * old.live.bytes() + small, to + Math.max(small, to / 4));
    if (isOver || !isWorth(old, small)) return;
    const stored = untilOver(entriesOf(path, old));
    const draft = await writeDraft(directory, name, { wakey: FORMAT, commits: old.commits }, stored);
    // All that is still stored, before the lines that come meanwhile.
    const { size: begun } = await draft.file.stat();
    let isPublic = false;
    try {
      let copied = old.size;
      for (let round = 0; round < ROUNDS && size - copied > LAST && !isOver; round += 1) {
        copied = await copyLines(path, copied, size, draft);
      }
      await draft.file.sync();
      if (isOver) throw new Ending();
      await writer.replace(async (end) => {
        await copyLines(path, copied, end, draft);
        await draft.file.datasync();
        isPublic = true;
        try {
          await draft.publish();
        } catch (error) {
          // A reader may find the new file by now, so the old one must get no further line.
          writer.abandon(error);
          throw error;
        }
        return draft.file;
      });
    } catch (error) {
      if (isPublic) {
        writer.fail(error);
        return draft.file.close();
      }
      await draft.remove();
      throw error;
    }
    name = draft.name;
    due = 2 * begun + small;
    size = (await draft.file.stat()).size;
    await rm(path, { force: true });
  };
  const attempt = async () => {
    try {
      // The lines that came during a rewriting may be garbage again.
      do await rewrite(size);
      while (!isOver && size > due);
    } catch (error) {
      // After a refusal of the disk the old file is whole, and there may be room later.
      if (!(error instanceof Ending) && !(error instanceof Error && 'code' in error)) writer.fail(error);
      due = size + Math.max(small, size / 4);
    }
    work = undefined;
  };
  writer.onGrown((now) => {
    size = now;
    if (!isOver && size > due) work ??= attempt();
  });
  return {
    async stop() {
      isOver = true;
      await work;
    },
  };
}

/** The browser ends, so the rewriting must not delay that. The file stays as it is. */
class Ending extends Error {}

/** Copies the lines between two offsets to the end of a draft. Returns the second offset. Throws `DamagedLine` if some cannot be read. */
async function copyLines(path: string, from: number, to: number, { file }: Draft): Promise<number> {
  let [part, bytes]: [Uint8Array[], number] = [[], 0];
  let read = from;
  const write = async () => {
    await file.appendFile(Buffer.concat(part));
    [part, bytes] = [[], 0];
  };
  for await (const line of linesIn(path, { from, to })) {
    part.push(line.bytes);
    bytes += line.bytes.length;
    read = line.end;
    if (bytes > PART) await write();
  }
  if (bytes > 0) await write();
  if (read !== to) throw new DamagedLine(`the journal can be read up to byte ${read} of ${to}`);
  return to;
}

/** How much may be left to copy while commits wait, in bytes. */
const LAST = 256 * 1024;
/** How often the new lines are copied before commits wait, because a page may write as fast as they are copied. */
const ROUNDS = 10;
/** Bytes of one writing. */
const PART = 1024 * 1024;
