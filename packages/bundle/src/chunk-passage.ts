/** Tracks chunks through streams that keep no copy of them, so that the writer learns when a chunk has left. */
export interface ChunkPassage {
  /** Resolves when the chunk has left, or when nothing will leave any more. */
  left(chunk: Uint8Array): Promise<void>;
  leave(chunk: Uint8Array): void;
  close(): void;
}

/** An empty passage. */
export function chunkPassage(): ChunkPassage {
  const waiting = new Map<Uint8Array, () => void>();
  let isClosed = false;
  return {
    left(chunk) {
      return new Promise((resolve) => {
        if (isClosed) resolve();
        else waiting.set(chunk, resolve);
      });
    },
    leave(chunk) {
      waiting.get(chunk)?.();
      waiting.delete(chunk);
    },
    close() {
      isClosed = true;
      for (const resolve of waiting.values()) resolve();
      waiting.clear();
    },
  };
}
