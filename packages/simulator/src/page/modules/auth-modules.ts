import { decodeB64, encodeB64 } from '../bytes.ts';
import { logoutReasons, socketState, socketStream } from '../models/states.ts';
import { makeWid, type Wid } from '../models/wid.ts';
import { devicePlatform } from '../pairing.ts';
import { createRegistration } from '../storage/signal-store.ts';
import type { ModuleParts, ModuleTable } from './parts.ts';

/** The modules on which the login depends. */
export function authModules({ context, kept, life, ready }: ModuleParts): ModuleTable {
  const { models, troubles } = context;

  const isRegistered = (): boolean => localStorage.getItem('WANoiseInfo') !== null && ownDevice() !== undefined;
  const isLoggedIn = (): boolean => life()?.session.isLoggedIn() ?? false;
  const advSecret = (): string | null => life()?.kept.prefs.advSecret() ?? null;
  const pnUser = (): Wid | undefined => {
    const device = ownDevice();
    return device === undefined || troubles.now().meByLid ? undefined : makeWid(device.replace(/:\d+@/, '@'));
  };
  const lidUser = (): Wid | undefined => {
    const lid = readLocal('WALid');
    return lid === undefined ? undefined : makeWid(lid);
  };
  const orThrow = (wid: Wid | undefined): Wid => {
    if (wid === undefined) throw new Error('getMe: no user is logged in');
    return wid;
  };

  return {
    WAWebSocketModel: () => ({ __esModule: true, Socket: models.socket, default: models.socket }),
    WAWebConnModel: () => ({ Conn: models.conn, ConnImpl: () => models.conn }),
    WAWebStreamModel: () => ({ Stream: models.stream }),
    WAWebCmd: () => ({ Cmd: models.cmd, CmdImpl: () => models.cmd }),
    WAWebSocketConstants: () => ({
      SOCKET_STATE: { ...socketState },
      SOCKET_STREAM: { ...socketStream },
      WATCHED_SOCKET_STATE: { OPEN: 'OPEN', CLOSED: 'CLOSED' },
    }),
    WAWebOfflineHandler: () => ({
      OfflineMessageHandler: { getOfflineDeliveryProgress: () => life()?.session.sync.percent() ?? 0 },
    }),
    WABase64: () => ({ encodeB64, decodeB64: (text: string) => decodeB64(text).buffer }),
    WAWebCompanionRegClientUtils: () => ({ DEVICE_PLATFORM: devicePlatform }),
    WAWebUserPrefsInfoStore: () => ({
      waNoiseInfo: {
        async get() {
          // While the passcode is on, the real page's promise stays pending until the user has typed the passcode.
          await troubles.until(({ screenLocked }) => !screenLocked);
          if (localStorage.getItem('WANoiseInfo') === null) return null;
          return (await kept).keys.noise;
        },
      },
    }),
    WAWebSignalStoreApi: () => ({
      waSignalStore: {
        getRegistrationInfo: async () => (await kept).keys.registration,
        setRegistrationInfo: createRegistration,
      },
    }),
    WAWebAdvSignatureApi: () => ({
      getADVSecretKey: async () => (await ready).kept.prefs.advSecret(),
      setADVSignedIdentity: async () => undefined,
    }),
    WAWebUserPrefsMultiDevice: () => ({
      getADVSecretKey: advSecret,
      isRegistered,
      advSecretEventEmitter: models.advSecretEvents,
    }),
    WAWebUserPrefsIsLoggedIn: () => ({ isLoggedIn }),
    WAWebUserPrefsMeUser: () => ({
      getMaybeMePnUser: pnUser,
      getMaybeMeUser: pnUser,
      getMaybeMeLidUser: lidUser,
      getMePnUserOrThrow: () => orThrow(pnUser()),
      getMeLidUserOrThrow: () => orThrow(lidUser()),
      getMePnUserOrThrow_DO_NOT_USE: () => orThrow(pnUser()),
      getMaybeMeDevicePn: () => deviceOf(pnUser()),
      getMaybeMeDeviceLid: () => deviceOf(lidUser()),
      getMeDevicePnOrThrow_DO_NOT_USE: () => orThrow(deviceOf(pnUser())),
      getMeDeviceLidOrThrow: () => orThrow(deviceOf(lidUser())),
      getMeDeviceOrThrow: () => orThrow(deviceOf(pnUser()) ?? deviceOf(lidUser())),
      getMaybeMeDisplayName: () => readLocal('me-display-name'),
      isMeAccount: (wid: unknown) => [pnUser()?._serialized, lidUser()?._serialized].includes(String(wid)),
    }),
    WAWebBackendEventBus: () => ({ BackendEventBus: models.bus, BackendEvent: backendEvent() }),
    WAWebNetworkStatus: () => ({ __esModule: true, default: models.network }),
    WAWebLogoutReason: () => ({
      getErrorCodeFromLogoutReason: (reason: string) => logoutReasons[reason as keyof typeof logoutReasons] ?? null,
    }),
    WAWebLogoutReasonConstants: () => ({
      LogoutReason: Object.fromEntries(Object.keys(logoutReasons).map((reason) => [pascal(reason), reason])),
      LOGOUT_REASON_CODE: { CLIENT_FATAL: '0', SYNC_FAIL: '1', INITIAL_HISTORY_SYNC_TIMEOUT: '2', ACCOUNT_LOCKED: '3' },
    }),
  };
}

function ownDevice(): string | undefined {
  return readLocal('last-wid-md');
}

/** Returns the id of this device under the given user id. */
function deviceOf(user: Wid | undefined): Wid | undefined {
  const index = ownDevice()?.match(/:(\d+)@/)?.[1];
  return user === undefined || index === undefined ? undefined : makeWid(`${user.user}:${index}@${user.server}`);
}

function readLocal(key: string): string | undefined {
  const text = localStorage.getItem(key);
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    // The page did not write this value.
    return undefined;
  }
}

const eventNames = [
  'logout refresh_qr starting_logout on_initial_chat_synced on_critical_sync_done socket_stream_disconnected',
  'open_socket_stream reconnect_socket set_socket_state account_temporarily_banned unexpected_logout_modal',
  'initial_load_ready main_stream_mode_ready offline_delivery_end offline_process_ready service_unavailable_503',
].flatMap((line) => line.split(' '));

function pascal(words: string): string {
  return words.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function backendEvent(): Readonly<Record<string, string>> {
  return Object.fromEntries(eventNames.map((name) => [name.toUpperCase(), name]));
}
