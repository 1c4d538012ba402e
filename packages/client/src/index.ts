export type { BrowserLock, StaleProof } from './workspace/browser-lock.js';
export { type ListSessionsOptions, listSessions, type SessionListing } from './workspace/list-sessions.js';
export { type OpenWorkspaceOptions, openWorkspace, type WorkspaceClock } from './workspace/open-workspace.js';
export type { Deletion } from './workspace/profile.js';
export type { BrowserProcess, RecordChange, SessionRecord } from './workspace/record.js';
export type { Erasure, Workspace, WorkspaceFinding } from './workspace/workspace.js';
