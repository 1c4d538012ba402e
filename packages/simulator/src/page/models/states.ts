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

/** What the main window says of the connection. */
export type StreamInfo = 'OFFLINE' | 'OPENING' | 'PAIRING' | 'SYNCING' | 'RESUMING' | 'CONNECTING' | 'NORMAL';

/** Reasons of a logout and the codes they have in the address after it. */
export const logoutReasons = {
  user_initiated: '0',
  syncd_failure: '1',
  invalid_adv_status: '4',
  critical_sync_timeout: '2',
  unknown_companion: '5',
  client_version_outdated: '6',
  account_locked: '3',
  device_removed: '7',
} as const;

/** Why the page logged itself out. */
export type LogoutReason = keyof typeof logoutReasons;
