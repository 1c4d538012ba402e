import type { Notice } from '@wakey/core';

/** Why a new browser replaces the present one, in words. */
export function renewalText({ memory, baseline }: Extract<Notice, { readonly type: 'renewing' }>): string {
  const times = (memory / Math.max(1, baseline)).toFixed(1);
  return `the browser uses ${megabytes(memory)}, ${times} times as much as when the session was ready; a new browser replaces it`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
