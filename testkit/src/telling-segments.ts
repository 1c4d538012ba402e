import type { SessionStore } from '@wakey/core';

/** The same store, which calls `onAppended` for each segment once it is durable. */
export function tellingSegments(
  store: SessionStore,
  onAppended: (number: number, bytes: Uint8Array) => void,
): SessionStore {
  const { segments } = store;
  if (segments === undefined) return store;
  return {
    ...store,
    segments: {
      ...segments,
      async append(id, bytes, options) {
        await segments.append(id, bytes, options);
        onAppended(options.number, bytes);
      },
    },
  };
}
