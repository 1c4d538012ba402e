import { isWakeyError, type StoredSegment } from '@wakey/core';
import { damagedSegment } from './bundle-trouble.js';
import { readSegment, type SegmentPoint, type SegmentSurvey } from './segment.js';

/**
 * Reads the segments of a generation to their end, or to the first damaged one, and tells at which points the profile is
 * whole. Holds one segment in memory. Throws every error of the store but `store-unreadable`, which is a damaged segment.
 */
export async function surveySegments(segments: AsyncIterable<StoredSegment>): Promise<SegmentSurvey> {
  const points = new Map<number, SegmentPoint>();
  let provedNumber = 0;
  let isInGroup = false;
  const survey = (): SegmentSurvey => {
    const all = [...points.values()];
    const last = all.at(-1);
    const proved = all.findLast(({ number }) => number <= provedNumber);
    return { ...(last === undefined ? {} : { last }), ...(proved === undefined ? {} : { proved }) };
  };
  try {
    for await (const { number, bytes } of segments) {
      const { at, proved, steps } = readSegment(bytes);
      provedNumber = Math.max(provedNumber, proved);
      const end = steps.at(-1);
      isInGroup = end?.type !== 'commit';
      if (end?.type === 'commit') points.set(number, { number, at, commits: end.commits });
    }
  } catch (error) {
    if (!isWakeyError(error, 'store-unreadable') && !isWakeyError(error, 'bundle-damaged')) throw error;
    return { ...survey(), damage: error };
  }
  return isInGroup ? { ...survey(), damage: damagedSegment('its group has no end') } : survey();
}
