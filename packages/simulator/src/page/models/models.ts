import { type Emitter, type LossOf, makeEmitter } from '../emitter.ts';
import { type Model, makeModel } from '../model.ts';
import { isRegistered } from '../storage/registered.ts';
import { makeOwnContact, type OwnContact } from './own-contact.ts';
import type { SocketState, SocketStream, StreamInfo, StreamMode } from './states.ts';
import type { Wid } from './wid.ts';

/** Properties of `Socket`. */
export interface SocketFields {
  state: SocketState;
  stream: SocketStream;
  hasSynced: boolean | undefined;
}

/** Properties of `Conn`. */
export interface ConnFields {
  ref: string | undefined;
  refTTL: number | undefined;
  wid: Wid | undefined;
  me: Wid | undefined;
  lid: Wid | undefined;
  connected: boolean;
  platform: string | undefined;
  pushname: string | undefined;
  battery: number | undefined;
  plugged: boolean | undefined;
  is24h: boolean;
  phone: object | undefined;
  /** Whether the page has fired `me_ready` for its account. */
  meReadyTriggered: boolean;
}

/** Properties of `Stream`. */
export interface StreamFields {
  mode: StreamMode;
  info: StreamInfo;
  obscurity: 'HIDE' | 'OBSCURE' | 'SHOW';
  resumeCount: number;
  phoneAuthed: boolean;
  hasSynced: boolean | undefined;
  needsUpdate: boolean;
  available: boolean;
}

/** `Cmd`: the page's bus of commands. */
export interface CmdMembers {
  isMainLoaded: boolean;
  refreshQR(): void;
  onInitialLoadReadyFromBridge(): void;
}

/** `BackendEventBus`: the events from the part of the page that talks to the service. */
export interface BusMembers {
  socketState: SocketState;
  isMainStreamReadyMd: boolean;
  triggerRefreshQR(): void;
  triggerSetSocketState(state: SocketState): void;
}

/** The models that make up the page's state. */
export interface Models {
  readonly socket: Model<SocketFields>;
  readonly conn: Model<ConnFields>;
  readonly stream: Model<StreamFields> & { markAvailable(): void; markUnavailable(): void };
  readonly cmd: CmdMembers & Emitter;
  readonly bus: BusMembers & Emitter;
  readonly network: Model<{ online: boolean }> & { checkOnline(): boolean };
  readonly linkEvents: Emitter;
  readonly advSecretEvents: Emitter;
  readonly ownContact: OwnContact;
}

/** Creates the models in the state that they have at the start of the page. */
export function makeModels(isLost: LossOf): Models {
  const socket = makeModel<SocketFields>(
    'Socket',
    { state: 'UNLAUNCHED', stream: 'DISCONNECTED', hasSynced: undefined },
    isLost,
  );
  const conn = makeModel<ConnFields>(
    'Conn',
    {
      ref: undefined,
      refTTL: undefined,
      wid: undefined,
      me: undefined,
      lid: undefined,
      connected: false,
      platform: undefined,
      pushname: undefined,
      battery: undefined,
      plugged: undefined,
      is24h: true,
      phone: undefined,
      meReadyTriggered: false,
    },
    isLost,
  );
  const stream = makeModel<StreamFields>(
    'Stream',
    {
      mode: isRegistered() ? 'SYNCING' : 'QR',
      info: 'NORMAL',
      obscurity: 'HIDE',
      resumeCount: 0,
      phoneAuthed: false,
      hasSynced: undefined,
      needsUpdate: false,
      available: false,
    },
    isLost,
  );
  const markAvailable = (): void => void stream.set({ available: true });
  const markUnavailable = (): void => void stream.set({ available: false });
  const network = makeModel('NetworkStatus', { online: true }, isLost);

  const bus = makeEmitter<BusMembers>(
    {
      socketState: 'UNLAUNCHED',
      isMainStreamReadyMd: false,
      triggerRefreshQR: () => void bus.trigger('refresh_qr'),
      triggerSetSocketState: (state) => {
        bus.socketState = state;
        bus.trigger('set_socket_state', state);
      },
    },
    'BackendEventBus',
    isLost,
  );
  const cmd = makeEmitter<CmdMembers>(
    {
      isMainLoaded: false,
      refreshQR: () => bus.triggerRefreshQR(),
      onInitialLoadReadyFromBridge: () => void bus.trigger('initial_load_ready'),
    },
    'Cmd',
    isLost,
  );
  return {
    socket,
    conn,
    stream: Object.assign(stream, { markAvailable, markUnavailable }),
    cmd,
    bus,
    network: Object.assign(network, { checkOnline: () => network.online }),
    linkEvents: makeEmitter({}, 'WAWebLinkDeviceEvents', isLost),
    advSecretEvents: makeEmitter({}, 'AdvSecret', isLost),
    ownContact: makeOwnContact(),
  };
}

/** Sets the socket's state and fires the event on the bus, as the real page's bridge does. */
export function setSocketState(models: Models, state: SocketState): void {
  models.socket.set({ state });
  models.bus.triggerSetSocketState(state);
}

/** Sets mode and connection text of the main window. */
export function setStream(models: Models, mode: StreamMode, info: StreamInfo): void {
  const { stream, hasSynced } = models.socket;
  const isResuming = info === 'RESUMING' && models.stream.info !== 'RESUMING';
  models.stream.set({
    // Without a device the page shows only the code, from its start on.
    mode: isRegistered() || (mode !== 'SYNCING' && mode !== 'MAIN') ? mode : 'QR',
    info,
    obscurity: info === 'OFFLINE' ? 'OBSCURE' : 'HIDE',
    resumeCount: models.stream.resumeCount + (isResuming ? 1 : 0),
    phoneAuthed: stream !== 'DISCONNECTED',
    hasSynced,
  });
}
