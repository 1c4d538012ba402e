export type { Clause } from './clause.js';
export type { CrashOfPage, DriverUnderTest, ForeignBrowser } from './driver/clause.js';
export { type Display, openDisplay } from './driver/display.js';
export { driverClauses } from './driver/driver-clauses.js';
export { type OwnedDriver, ownerClauses } from './driver/owner-clauses.js';
export { noticedBy } from './driver/sabotage/notices.js';
export type { Sabotage } from './driver/sabotage/sabotage.js';
export { type DriverSubject, openDriverSubject } from './driver/subject.js';
export { type MemoryStoreOptions, memoryStore } from './store/memory/memory-under-test.js';
export { type StoreSabotage, wrappedStore } from './store/sabotage/sabotage.js';
export { noticedInStore, storeClauses } from './store/store-clauses.js';
export type {
  FaultyStore,
  StoreCapabilities,
  StoreCapability,
  StoreHooks,
  StoreOwner,
  StorePlace,
  StoreUnderTest,
} from './store/subject.js';
