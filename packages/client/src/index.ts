export type { BundleManifest } from '@wakey/bundle';
export { type Clock, systemClock } from '@wakey/host';
export { bridgesOf } from './bridges.js';
export { createSession, type SessionOptions } from './create-session.js';
export { examineMemory, type MemoryForProfiles } from './examine/examine-memory.js';
export { type ExamineSessionOptions, examineSession, type SessionExamination } from './examine/examine-session.js';
export type { Log, LogLevel } from './log.js';
export type { ReadyFacts, Session, SessionEvents, SessionState, StartOptions, WaitOptions } from './session.js';
export type { Adopted } from './transfer/adopt.js';
export { type ExportSessionOptions, exportSession, type SessionExport } from './transfer/export-session.js';
export {
  type ImportSessionOptions,
  importSession,
  type SessionImport,
  type TakeInOptions,
} from './transfer/import-session.js';
export { type MigrateProfileOptions, migrateProfile, type ProfileMigration } from './transfer/migrate-profile.js';
export { type ListSessionsOptions, listSessions, type SessionListing } from './workspace/list-sessions.js';
export type { RecoveryRecord, SessionRecord } from './workspace/record.js';
