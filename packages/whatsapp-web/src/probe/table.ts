/** Where a part of the page is. */
export type Place =
  /** Exports of one of the page's modules; the part exists only if all of them do. */
  | { readonly module: string; readonly exports: readonly string[] }
  /** An element of the document. */
  | { readonly selector: string }
  /** A property of `window`. */
  | { readonly global: string }
  /** A key of localStorage that other tabs write to. */
  | { readonly storage: string }
  /** A parameter of the document's address. */
  | { readonly parameter: string };

/** What the adapter needs from the page, by purpose. */
export type Need = keyof typeof needs;

/**
 * What follows if a page has no part for a need:
 * `always`: the page is incompatible; `unpaired`: the page is incompatible while no device is registered;
 * `command`: the adapter refuses the command of that name; `optional`: nothing.
 */
export const needs = {
  loader: 'always',
  'module-list': 'optional',
  version: 'optional',
  'socket-state': 'always',
  'is-registered': 'always',
  'qr-ref': 'unpaired',
  'qr-noise-key': 'unpaired',
  'qr-identity-key': 'unpaired',
  'qr-adv-secret': 'unpaired',
  'qr-platform': 'unpaired',
  'own-id': 'always',
  'has-synced': 'always',
  network: 'optional',
  'sync-percent': 'optional',
  'sync-events': 'optional',
  'logout-events': 'optional',
  'ban-events': 'optional',
  'logout-address': 'optional',
  updater: 'optional',
  'user-preferences': 'optional',
  'time-lock-key': 'optional',
  capping: 'optional',
  'restriction-events': 'optional',
  'other-tab': 'optional',
  'backend-events': 'optional',
  'link-code-events': 'optional',
  'adv-secret-events': 'optional',
  liveness: 'optional',
  dialog: 'optional',
  'refresh-qr': 'command',
  'use-qr': 'optional',
  'request-link-code': 'command',
  'submit-link-code': 'command',
  'take-over': 'command',
  'take-over-tab': 'optional',
  reconnect: 'command',
  'log-out': 'command',
} as const satisfies Readonly<Record<string, 'always' | 'unpaired' | 'command' | 'optional'>>;

/** One part of the page. For each need the adapter uses the first part that the page has; the others are fallbacks. */
export interface Part {
  readonly for: Need;
  readonly at: Place;
}

/** All parts of WhatsApp's page that the adapter uses. No other file names one. */
export const parts: readonly Part[] = [
  { for: 'loader', at: { global: 'require' } },
  { for: 'module-list', at: { module: '__debug', exports: ['modulesMap'] } },
  { for: 'version', at: { global: 'Debug' } },
  { for: 'version', at: { module: 'WAWebBuildConstants', exports: ['VERSION_STR'] } },
  { for: 'version', at: { selector: 'script[data-sjs]' } },

  { for: 'socket-state', at: { module: 'WAWebSocketModel', exports: ['Socket'] } },
  { for: 'socket-state', at: { module: 'WAWebBackendEventBus', exports: ['BackendEventBus'] } },
  { for: 'socket-state', at: { module: 'WAWebStreamModel', exports: ['Stream'] } },
  { for: 'is-registered', at: { module: 'WAWebUserPrefsMultiDevice', exports: ['isRegistered'] } },
  { for: 'is-registered', at: { module: 'WAWebUserPrefsMeUser', exports: ['getMaybeMePnUser'] } },

  { for: 'qr-ref', at: { module: 'WAWebConnModel', exports: ['Conn'] } },
  { for: 'qr-ref', at: { selector: '[data-ref]' } },
  { for: 'qr-noise-key', at: { module: 'WAWebUserPrefsInfoStore', exports: ['waNoiseInfo'] } },
  { for: 'qr-noise-key', at: { selector: '[data-ref]' } },
  { for: 'qr-identity-key', at: { module: 'WAWebSignalStoreApi', exports: ['waSignalStore'] } },
  { for: 'qr-identity-key', at: { selector: '[data-ref]' } },
  { for: 'qr-adv-secret', at: { module: 'WAWebUserPrefsMultiDevice', exports: ['getADVSecretKey'] } },
  { for: 'qr-adv-secret', at: { module: 'WAWebAdvSignatureApi', exports: ['getADVSecretKey'] } },
  { for: 'qr-adv-secret', at: { selector: '[data-ref]' } },
  { for: 'qr-platform', at: { module: 'WAWebCompanionRegClientUtils', exports: ['DEVICE_PLATFORM'] } },
  { for: 'qr-platform', at: { selector: '[data-ref]' } },

  { for: 'own-id', at: { module: 'WAWebUserPrefsMeUser', exports: ['getMaybeMePnUser'] } },
  { for: 'own-id', at: { module: 'WAWebConnModel', exports: ['Conn'] } },
  { for: 'own-id', at: { module: 'WAWebUserPrefsMeUser', exports: ['getMaybeMeUser'] } },
  { for: 'has-synced', at: { module: 'WAWebSocketModel', exports: ['Socket'] } },
  { for: 'has-synced', at: { module: 'WAWebStreamModel', exports: ['Stream'] } },
  { for: 'network', at: { module: 'WAWebStreamModel', exports: ['Stream'] } },
  { for: 'sync-percent', at: { module: 'WAWebOfflineHandler', exports: ['OfflineMessageHandler'] } },
  { for: 'sync-percent', at: { selector: 'progress' } },
  { for: 'sync-events', at: { module: 'WAWebCmd', exports: ['Cmd'] } },
  { for: 'logout-events', at: { module: 'WAWebCmd', exports: ['Cmd'] } },
  { for: 'logout-events', at: { module: 'WAWebBackendEventBus', exports: ['BackendEventBus'] } },
  { for: 'ban-events', at: { module: 'WAWebCmd', exports: ['Cmd'] } },
  { for: 'logout-address', at: { parameter: 'post_logout' } },
  { for: 'updater', at: { module: 'WAWebUpdater', exports: ['Updater'] } },
  { for: 'user-preferences', at: { module: 'WAWebUserPrefsIndexedDBStorage', exports: ['userPrefsIdb.get'] } },
  { for: 'time-lock-key', at: { module: 'WAWebReachoutTimelockUtils', exports: ['REACHOUT_TIMELOCK_IDB_KEY'] } },
  {
    for: 'capping',
    at: { module: 'WAWebIndividualNewChatMessageCappingLimitUtils', exports: ['getCappingData'] },
  },
  { for: 'restriction-events', at: { module: 'WAWebCmd', exports: ['Cmd'] } },
  { for: 'other-tab', at: { storage: 'WHATSAPP_MUTEX' } },
  { for: 'backend-events', at: { module: 'WAWebBackendEventBus', exports: ['BackendEventBus'] } },
  { for: 'link-code-events', at: { module: 'WAWebLinkDeviceEvents', exports: ['WAWebLinkDeviceEvents'] } },
  { for: 'adv-secret-events', at: { module: 'WAWebUserPrefsMultiDevice', exports: ['advSecretEventEmitter'] } },
  { for: 'liveness', at: { module: 'WAWebQueryExistsJob', exports: ['queryWidExists'] } },
  { for: 'dialog', at: { selector: '[role="dialog"]' } },

  { for: 'refresh-qr', at: { module: 'WAWebLaunchSocketUtils', exports: ['refreshQR'] } },
  { for: 'refresh-qr', at: { module: 'WAWebBackendEventBus', exports: ['BackendEventBus.triggerRefreshQR'] } },
  { for: 'refresh-qr', at: { module: 'WAWebCmd', exports: ['Cmd.refreshQR'] } },
  { for: 'refresh-qr', at: { selector: '[data-ref] button' } },
  { for: 'use-qr', at: { module: 'WAWebAltDeviceLinkingApi', exports: ['initializeQRLinking'] } },
  {
    for: 'request-link-code',
    at: {
      module: 'WAWebAltDeviceLinkingApi',
      exports: ['setPairingType', 'initializeAltDeviceLinking', 'startAltLinkingFlow'],
    },
  },
  { for: 'request-link-code', at: { module: 'WAWebLinkDeviceAction', exports: ['genLinkDeviceCodeForPhoneNumber'] } },
  // No known build takes a code that the phone shows. If a build does, its field has the standard's `one-time-code`.
  {
    for: 'submit-link-code',
    at: { module: 'WAWebLinkDeviceCodeEntry', exports: ['submitLinkCode', 'isCodeEntryAwaited'] },
  },
  { for: 'submit-link-code', at: { selector: 'input[autocomplete="one-time-code"]' } },
  { for: 'take-over', at: { module: 'WAWebSocketModel', exports: ['Socket.takeover'] } },
  { for: 'take-over-tab', at: { selector: '[data-testid="popup-controls-ok"]' } },
  { for: 'take-over-tab', at: { selector: '[data-testid="conflict"] [role="button"]' } },
  { for: 'reconnect', at: { module: 'WAWebSocketModel', exports: ['Socket.reconnect'] } },
  { for: 'log-out', at: { module: 'WAWebSocketModel', exports: ['Socket.logout'] } },
];

/** Marks that identify the page as WhatsApp Web before any of its modules have arrived. */
export const marks: readonly Place[] = [
  { global: '__d' },
  { selector: 'html#whatsapp-web' },
  { selector: '#wa_web_initial_startup' },
  { selector: '[data-ref]' },
];

/**
 * Whether a text of the document says that WhatsApp Web does not take this browser: "WhatsApp works with Google Chrome 100+",
 * in any language. Older builds name other versions.
 */
export function isRefusalText(text: string): boolean {
  return text.includes('WhatsApp') && /\bGoogle Chrome \d{2,3}\+/.test(text);
}

/** Returns the name of a part in reports of missing parts. */
export function placeName(place: Place): string {
  if ('module' in place)
    return place.module === '__debug' ? place.module : `${place.module}.${place.exports.join('+')}`;
  if ('selector' in place) return place.selector;
  if ('global' in place) return `window.${place.global}`;
  return 'storage' in place ? `localStorage.${place.storage}` : `?${place.parameter}`;
}
