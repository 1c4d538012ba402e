export { type ApplyOptions, applySegments } from './apply-segments.js';
export { checkBundle } from './check.js';
export type { BundleLimits } from './limits.js';
export { type LoginFacts, loginChecks, loginFactsOf } from './login-facts.js';
export { type BundleManifest, currentFormat } from './manifest.js';
export { type PackOptions, packBundle } from './pack.js';
export {
  type PackedSegment,
  packSegments,
  readSegment,
  type Segment,
  type SegmentFacts,
  type SegmentPoint,
  type SegmentStep,
  type SegmentSurvey,
  type TellableStep,
} from './segment.js';
export { changedFiles } from './state-change.js';
export {
  type NumberedSegment,
  type ReadSegments,
  type SurveyedSegments,
  type SurveyOptions,
  surveySegments,
} from './survey-segments.js';
export { type ReadBundleOptions, type UnpackOptions, unpackBundle } from './unpack.js';
