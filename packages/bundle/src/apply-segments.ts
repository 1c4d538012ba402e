import type { CancelSignal } from '@wakey/core';
import { fileTrouble } from '@wakey/host';
import { bundlePaths } from './bundle-paths.js';
import { aborted, damagedSegment } from './bundle-trouble.js';
import { changedFiles } from './changed-files.js';
import { limitsOf } from './limits.js';
import type { NumberedSegment } from './survey-segments.js';

/** Options of `applySegments`. */
export interface ApplyOptions {
  /** The number of the last segment to apply: a point of `surveySegments`, so that the profile is whole after it. */
  readonly through: number;
  /** Whether to write the file of that path, as in `UnpackOptions`. */
  readonly takes: (path: string) => boolean;
  /** Aborting rejects with `aborted`; no further segment is applied. */
  readonly signal?: CancelSignal | undefined;
}

/**
 * Applies segments to an unpacked profile that nobody else uses: `profileDir` is a directory of `unpackBundle`. Holds one
 * segment in memory, and 8 MiB at most of what is still to be written. When it resolves, the content of every changed file
 * survives a power cut.
 *
 * Throws `bundle-damaged` for steps that do not follow from the profile, and the errors of the store and of the disk. After
 * a failure the profile is unusable, and the caller removes it.
 */
export async function applySegments(
  segments: AsyncIterable<NumberedSegment>,
  profileDir: string,
  { through, takes, signal }: ApplyOptions,
): Promise<void> {
  const files = changedFiles(profileDir);
  const { pathBytes } = limitsOf();
  const allowed = new Set<string>();
  try {
    for await (const { number, steps } of segments) {
      if (number > through) break;
      if (signal?.aborted === true) throw aborted('Applying the segments of the backup', signal.reason);
      for (const step of steps) {
        if (step.type === 'commit' || !takes(step.path)) continue;
        if (!allowed.has(step.path)) {
          const refusal = bundlePaths({ pathBytes }).refusal(step.path);
          if (refusal !== undefined) throw damagedSegment(refusal);
          allowed.add(step.path);
        }
        await files.apply(step);
      }
    }
    await files.flush();
  } catch (error) {
    throw fileTrouble('session-unreadable', 'apply the changes to the profile in', profileDir, error);
  } finally {
    await files.close();
  }
}
