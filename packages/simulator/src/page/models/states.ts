/** States of the socket. */
export const socketState = {
  OPENING: 'OPENING',
  PAIRING: 'PAIRING',
  UNPAIRED: 'UNPAIRED',
  UNPAIRED_IDLE: 'UNPAIRED_IDLE',
  CONNECTED: 'CONNECTED',
  TIMEOUT: 'TIMEOUT',
  CONFLICT: 'CONFLICT',
  UNLAUNCHED: 'UNLAUNCHED',
  PROXYBLOCK: 'PROXYBLOCK',
  TOS_BLOCK: 'TOS_BLOCK',
  SMB_TOS_BLOCK: 'SMB_TOS_BLOCK',
  DEPRECATED_VERSION: 'DEPRECATED_VERSION',
  SCREEN_LOCKED: 'SCREEN_LOCKED',
} as const;

/** A state of the socket. */
export type SocketState = keyof typeof socketState;

/** States of the stream. */
export const socketStream = {
  DISCONNECTED: 'DISCONNECTED',
  SYNCING: 'SYNCING',
  RESUMING: 'RESUMING',
  CONNECTED: 'CONNECTED',
} as const;

/** A state of the stream. */
export type SocketStream = keyof typeof socketStream;

/** What the main window shows. */
export type StreamMode =
  | 'QR'
  | 'MAIN'
  | 'SYNCING'
  | 'OFFLINE'
  | 'CONFLICT'
  | 'PROXYBLOCK'
  | 'TOS_BLOCK'
  | 'SMB_TOS_BLOCK'
  | 'DEPRECATED_VERSION';

/** The state of the connection that the main window shows. */
export type StreamInfo = 'OFFLINE' | 'OPENING' | 'PAIRING' | 'SYNCING' | 'RESUMING' | 'CONNECTING' | 'NORMAL';

/** Reasons of a logout, each with the code that the page puts into its address; null for reasons without a code. */
export const logoutReasons = {
  user_initiated: null,
  syncd_failure: '1',
  syncd_timeout: '1',
  syncd_error_during_bootstrap: '1',
  account_sync_error: '1',
  critical_sync_timeout: '1',
  history_sync_timeout: '2',
  account_locked: '3',
  web_fail_add_chat: '0',
  web_fail_enc_salt: '0',
  web_fail_offline_resume: '0',
  web_fail_storage_initialization: '0',
  invalid_adv_status: null,
  account_sync_timeout: null,
  md_opt_out: null,
  unknown_companion: null,
  client_version_outdated: null,
  storage_quota_exceeded: null,
  primary_identity_key_change: null,
  missing_enc_salt: null,
  missing_screen_lock_salt: null,
  cache_storage_open_failed: null,
} as const;

/** The reason for which the page logged itself out. */
export type LogoutReason = keyof typeof logoutReasons;
