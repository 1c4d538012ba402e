/** Chunks on their way through streams that keep no copy of them: whoever put one in learns when it is out. */
export interface ChunkPassage {
  /** Resolves when the chunk has left, or when nothing will leave any more. */
  left(chunk: Uint8Array): Promise<void>;
  leave(chunk: Uint8Array): void;
  close(): void;
}

/** A passage with nothing in it. */
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
