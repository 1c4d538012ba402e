export {
  browserEvent,
  endedEvent,
  failedEvent,
  noticeEvent,
  type Stamp,
  stateEvent,
} from './encode/event.js';
export { encodeListing, type ListingFacts } from './encode/listing.js';
export type { ReportedNotice } from './encode/notice.js';
export { encodeState } from './encode/state.js';
export { withoutSecrets } from './secrets.js';
export type {
  EventJson,
  EventJsonOf,
  FindingJson,
  ListingJson,
  ReportJson,
  StateJson,
  StateJsonOf,
  VerdictJson,
} from './types.js';
