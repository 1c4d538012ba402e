export type {
  BrowserDriver,
  BrowserHandle,
  BrowserOptions,
  BrowserVersion,
  Capability,
  CapabilityName,
  Cookie,
  DriverCapabilities,
  GotoOptions,
  LaunchOptions,
  LostReason,
  PageEvents,
  PageHandle,
  ProxyOptions,
} from './driver.js';
export { type ErrorCode, type ErrorFacts, isWakeyError, WakeyError } from './errors.js';
export type { CallOptions, CancelSignal, Json } from './json.js';
export type { Effect, Notice, RecoveryNotice } from './machine/effect.js';
export { type EndReason, type ReasonFacts, type Recovery, reasons } from './machine/ending.js';
export type {
  BlockedBy,
  Command,
  Concealed,
  Event,
  Freshness,
  InterruptionCause,
  LinkCodeFailure,
  Outcome,
  PageCommand,
  PageSignal,
  ReadyBlocker,
  RecoveryCause,
  Restored,
  Restrictions,
  Tick,
  TimerName,
} from './machine/event.js';
export { freshnessOf } from './machine/login.js';
export { initialState, isCommand, type Transition, transition } from './machine/machine.js';
export { type ChoiceField, defaultPolicy, type NumberField, type Policy, policyFields } from './machine/policy.js';
export type {
  Active,
  LinkCause,
  LinkCodeSide,
  LinkMethod,
  Login,
  Rest,
  Run,
  State,
  StateName,
  StateOf,
} from './machine/state.js';
export { assertMetadata, isMetadata, MOST_METADATA } from './metadata.js';
export { onceEach } from './once-each.js';
export type { OpenPage, OpenPageOptions, PageAdapter } from './page.js';
export { escaped, type PlainTextOptions, plainText } from './plain-text.js';
export {
  type CopyLiveOptions,
  type ForeignProfile,
  isKept,
  leadsToKept,
  type ProfileClock,
  type ProfileFile,
  type ProfileFollowing,
  type ProfileFormat,
  type ProfileInspection,
  type ProfileLock,
  type ProfilePart,
  type ProfileState,
  type ProfileStep,
} from './profile-format.js';
export { type Secret, sealed, secret } from './secret.js';
export { isSessionId, parseSessionId } from './session-id.js';
export {
  type AppendOptions,
  type DropOptions,
  type FenceOptions,
  type Lease,
  type LeaseHolder,
  type LeaseOptions,
  MOST_SEGMENT,
  type Quarantined,
  type QuarantineOptions,
  type ReadOptions,
  type SegmentFacts,
  type SegmentReadOptions,
  type SessionStore,
  type StoredBundle,
  type StoredSegment,
  type StoreQuarantine,
  type StoreSegments,
  type WriteOptions,
} from './store.js';
