import { resolve } from 'node:path';
import { fileTrouble } from '@wakey/host';
import type { Writer } from './writer.js';

const writers = new Map<string, Writer>();
/** Why the last lines of a browser that has ended are not in the file, by the path of its profile, until the next browser begins. */
const unwritten = new Map<string, unknown>();
const watchers = new Map<string, Set<() => void>>();

/** Notes the writer of a profile until it is closed, for readers in this process. */
export function noted(profileDir: string, writer: Writer): Writer {
  const path = resolve(profileDir);
  writers.set(path, writer);
  unwritten.delete(path);
  writer.onRefused(() => {
    for (const listener of watchers.get(path) ?? []) listener();
  });
  return {
    ...writer,
    async close() {
      try {
        await writer.close();
      } catch (error) {
        unwritten.set(path, error);
        throw error;
      } finally {
        if (writers.get(path) === writer) writers.delete(path);
      }
    },
  };
}

/**
 * Waits until the file contains what the browser of this process has reported so far, unless the disk is full. The reader gets no error if
 * the writer has failed: the driver then ends the browser.
 */
export async function untilWritten(profileDir: string): Promise<void> {
  await writers
    .get(resolve(profileDir))
    ?.flush()
    .catch(() => undefined);
}

/**
 * Throws `sessions-dir-unusable` while the disk has no room for what the browser of this process has reported, and after the end of that
 * browser if it never had: the profile lacks its last changes.
 */
export function assertWritten(profileDir: string): void {
  const path = resolve(profileDir);
  const error = writers.get(path)?.refusal() ?? unwritten.get(path);
  if (error !== undefined) throw fileTrouble('sessions-dir-unusable', 'write to the journal in', profileDir, error);
}

/** Calls `listener` each time that the disk has no room for the journal. Returns a function that ends this. */
export function watchRefusals(profileDir: string, listener: () => void): () => void {
  const path = resolve(profileDir);
  const all = watchers.get(path) ?? new Set();
  watchers.set(path, all.add(listener));
  return () => {
    all.delete(listener);
    if (all.size === 0) watchers.delete(path);
  };
}
