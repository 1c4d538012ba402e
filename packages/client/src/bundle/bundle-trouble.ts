import { WakeyError } from '@wakey/core';

/** What is wrong with the bytes of a bundle. `what` completes "This bundle is damaged: …" and quotes no content. */
export function damaged(what: string, cause?: unknown): WakeyError {
  return new WakeyError('bundle-damaged', {
    what: `This bundle is damaged: ${what}.`,
    todo: 'Use an older bundle or another copy of it; nothing of it was taken over.',
    cause,
  });
}

/** Why a bundle could not be made of these files: they did not hold still, or cannot be kept. */
export function unpackable(what: string, cause?: unknown): WakeyError {
  return new WakeyError('bundle-damaged', {
    what: `Could not make a bundle: ${what}.`,
    todo: 'Try again when the browser is closed; the bundles before this one are untouched.',
    cause,
  });
}

/** A bundle that is whole as far as can be told, and locked. */
export function encrypted(): WakeyError {
  return new WakeyError('wrong-key', {
    what: 'This bundle is encrypted.',
    todo: 'Open it with its key: see @wakey/store-encrypted.',
  });
}
