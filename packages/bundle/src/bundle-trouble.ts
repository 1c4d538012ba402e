import { WakeyError } from '@wakey/core';

/** The error of a damaged bundle. `what` completes "This bundle is damaged: …" and quotes no content. */
export function damaged(what: string, cause?: unknown): WakeyError {
  return new WakeyError('bundle-damaged', {
    what: `This bundle is damaged: ${what}.`,
    hint: 'No part of this bundle was used. Use an older bundle, or another copy of this bundle.',
    cause,
  });
}

/** The error of a damaged segment. `what` completes "A segment of this backup is damaged: …" and quotes no content. */
export function damagedSegment(what: string, cause?: unknown): WakeyError {
  return new WakeyError('bundle-damaged', {
    what: `A segment of this backup is damaged: ${what}.`,
    hint: 'The backup and the segments before this one can still be restored.',
    cause,
  });
}

/**
 * The error of a bundle that could not be written: its files changed during the packing, or cannot be stored in a
 * bundle.
 */
export function unpackable(what: string, cause?: unknown): WakeyError {
  return new WakeyError('bundle-damaged', {
    what: `Could not make a bundle: ${what}.`,
    hint: 'Try again when the browser is closed. Earlier backups are unchanged.',
    cause,
  });
}

/** The error of an encrypted bundle. */
export function encrypted(): WakeyError {
  return new WakeyError('wrong-key', {
    what: 'This bundle is encrypted.',
    hint: 'Decrypt the bundle with its key first: see @wakey/store-encrypted.',
  });
}

/** The error of work that was aborted. `what` names the work, such as "Unpacking the bundle". */
export function aborted(what: string, cause: unknown): WakeyError {
  return new WakeyError('aborted', {
    what: `${what} was aborted.`,
    hint: 'Remove the incomplete directory, then call again.',
    cause,
  });
}
