import type { BackendMessage, Me, StreamError } from '../protocol.ts';
import { actOut, fireLogoutEvents } from './act-out.ts';
import type { Kept, PageContext } from './context.ts';
import { hangWhileTold } from './hang.ts';
import { leavePage } from './leave.ts';
import type { LinkCodeFlow } from './link-code.ts';
import { setSocketState, setStream } from './models/models.ts';
import { type LogoutReason, logoutReasons, type SocketState } from './models/states.ts';
import { makeWid } from './models/wid.ts';
import { isOurs, type PairingScreen } from './pairing.ts';
import { answerPasskeyRequest } from './passkey.ts';
import { answerChallenge } from './storage/keys.ts';
import { makeSync, type Sync } from './sync.ts';

/** The page's life from the first connection to the logout. */
export interface Session {
  launch(): void;
  /** Starts pairing anew, with new refs. Does nothing once linked. */
  refreshQr(): void;
  /** Unlinks this device at the service, erases its storage and reloads. */
  logout(reason?: LogoutReason): Promise<void>;
  takeover(): void;
  reconnect(): void;
  isRegistered(): boolean;
  isLoggedIn(): boolean;
  /** Acts on what the browser says of the network: a line that is dead for certain need not be waited for. */
  networkChanged(isOnline: boolean): void;
  /** Lets another tab of the same profile have the connection. */
  yieldToTab(): void;
  readonly sync: Sync;
}

interface SessionParts {
  readonly context: PageContext;
  readonly kept: Kept;
  readonly pairing: PairingScreen;
  readonly linkCode: LinkCodeFlow;
}

const firstRetryMs = 1_000;
const longestRetryMs = 10_000;

/** See {@link Session}. */
export function makeSession({ context, kept, pairing, linkCode }: SessionParts): Session {
  const { models, view, clock, line, troubles, settings } = context;
  const { prefs, keys } = kept;
  const sync = makeSync(context);
  let isOver = false;
  let isConnected = false;
  let retries = 0;
  let isRetrying = false;
  let cancelRetry = (): void => undefined;

  const isRegistered = (): boolean => prefs.me() !== undefined && localStorage.getItem('WANoiseInfo') !== null;

  function connect(): void {
    cancelRetry();
    isRetrying = false;
    setSocketState(models, 'OPENING');
    setStream(models, models.socket.hasSynced ? 'MAIN' : 'SYNCING', 'OPENING');
    if (!models.socket.hasSynced) view.showStarting();
    line.open({ opened: greet, message: handle, lost: retry });
  }

  function greet(): void {
    const { noiseKey, identityKey } = linkCode.publicKeys;
    const { registrationId } = keys.registration;
    const me = isRegistered() ? prefs.me() : undefined;
    const device = me === undefined ? {} : { device: me.device };
    line.send({ type: 'hello', version: settings.version, registrationId, noiseKey, identityKey, ...device });
  }

  function retry(): void {
    isConnected = false;
    pairing.end();
    linkCode.lost();
    if (isOver || models.socket.state === 'UNPAIRED_IDLE') return;
    models.socket.set({ stream: 'DISCONNECTED' });
    models.bus.trigger('socket_stream_disconnected');
    // The first loss is an opening again; a network that stays away is a time-out.
    setSocketState(models, retries < 3 ? 'OPENING' : 'TIMEOUT');
    setStream(models, models.socket.hasSynced ? 'MAIN' : 'SYNCING', 'OFFLINE');
    if (!isRegistered()) view.showOfflineQr();
    const wait = Math.min(longestRetryMs, firstRetryMs * 2 ** retries);
    retries += 1;
    isRetrying = true;
    cancelRetry = clock.after(wait, connect);
  }

  const handlers: { readonly [T in Exclude<BackendMessage['type'], 'reply'>]: Handler<T> } = {
    challenge: async ({ key, nonce }) => {
      const noise = await answerChallenge(keys.noise.staticKeyPair, key, nonce, 'noise');
      const identity = await answerChallenge(keys.registration.identityKeyPair, key, nonce, 'identity');
      line.send({ type: 'proof', noise, identity });
    },
    'pair-device': ({ refs }) => {
      retries = 0;
      setSocketState(models, 'PAIRING');
      pairing.begin(refs);
    },
    'rotate-secret': () => {
      if (prefs.advSecret() === null) return;
      prefs.newAdvSecret();
      pairing.redraw();
    },
    'pair-success': acceptLink,
    success: ({ me }) => logIn(me),
    sync: (message) => sync.progress(message),
    'stream-error': ({ error }) => endOfStream(error),
    'primary-hello': () => linkCode.primaryHello(),
    'code-refused': ({ reason }) => linkCode.refused(reason),
    'passkey-request': async ({ options }) => {
      pairing.end();
      pairing.setType('SHORTCAKE_PASSKEY');
      setSocketState(models, 'PAIRING');
      view.showPasskey();
      const answer = await answerPasskeyRequest(options);
      line.send(answer);
      pairing.setType('QR_CODE');
      if (answer.type === 'passkey-refused') pairing.goIdle();
    },
    dialog: ({ dialog }) => view.showDialog(() => line.send({ type: 'dialog-seen', dialog })),
    troubles: (message) => {
      actOut(context, message.troubles);
    },
  };

  function handle(message: BackendMessage): void {
    // The table's type says that each handler takes the messages of its own type.
    const handler = handlers[message.type as keyof typeof handlers] as (message: BackendMessage) => unknown;
    handler(message);
  }

  async function acceptLink(message: Extract<BackendMessage, { type: 'pair-success' }>): Promise<void> {
    pairing.end();
    linkCode.end();
    if (!(await isOurs(kept, message))) {
      line.send({ type: 'pair-refused', reason: 'adv-hmac-mismatch' });
      await clock.pass(1_000);
      return leave('invalid_adv_status');
    }
    setSocketState(models, 'PAIRING');
    setStream(models, 'SYNCING', 'PAIRING');
    models.conn.set({ platform: message.me.platform });
    view.showLinking();
    await prefs.saveMe(message.me, message.identity);
    line.send({ type: 'pair-accepted' });
  }

  async function logIn(me: Me): Promise<void> {
    retries = 0;
    isConnected = true;
    await clock.pass(300);
    if (isOver || !isConnected) return;
    const wid = makeWid(me.wid);
    const { platform, pushname } = me;
    const lid = makeWid(me.lid);
    models.conn.set({ ref: undefined, refTTL: undefined, connected: true, wid, me: wid, lid, platform, pushname });
    setSocketState(models, 'CONNECTED');
    if (troubles.now().falseLogoutEvent) fireLogoutEvents(models);
    sync.begin();
  }

  const blocked: { readonly [K in StreamError['kind']]?: SocketState } = {
    terms: 'TOS_BLOCK',
    outdated: 'DEPRECATED_VERSION',
    'proxy-blocked': 'PROXYBLOCK',
  };

  async function endOfStream(error: StreamError): Promise<void> {
    line.drop();
    isConnected = false;
    const state = blocked[error.kind];
    if (state !== undefined) return block(state);
    if (error.kind === 'restart') {
      await clock.pass(300);
      return connect();
    }
    if (error.kind === 'replaced') return standBack();
    if (error.kind === 'banned' && error.seconds !== undefined) {
      models.bus.trigger('account_temporarily_banned', { seconds: error.seconds });
      view.showBlocked('temporary-ban');
      return;
    }
    const reasons = { 'device-removed': 'device_removed', 'unknown-device': 'unknown_companion' } as const;
    return leave(error.kind === 'banned' ? 'account_locked' : reasons[error.kind as keyof typeof reasons]);
  }

  function block(state: SocketState): void {
    pairing.end();
    setSocketState(models, state);
    setStream(models, state as 'TOS_BLOCK', 'NORMAL');
    view.showBlocked(state.toLowerCase());
  }

  function standBack(): void {
    models.socket.set({ stream: 'DISCONNECTED' });
    setSocketState(models, 'CONFLICT');
    setStream(models, 'CONFLICT', 'NORMAL');
    view.showConflict(takeover);
  }

  function takeover(): void {
    if (models.socket.state !== 'CONFLICT') throw new Error('Takeover called without conflict!');
    connect();
  }

  async function leave(reason: LogoutReason): Promise<void> {
    if (isOver) return;
    isOver = true;
    isRetrying = false;
    cancelRetry();
    line.drop();
    await leavePage(context, kept, logoutReasons[reason]);
  }

  return {
    sync,
    isRegistered,
    isLoggedIn: () => isRegistered() && isConnected,
    async launch() {
      if (troubles.now().screenLocked) {
        setSocketState(models, 'SCREEN_LOCKED');
        await troubles.until(({ screenLocked }) => !screenLocked);
      }
      if (troubles.now().hang) hangWhileTold();
      connect();
    },
    refreshQr() {
      if (isRegistered() || isOver) return;
      pairing.end();
      linkCode.end();
      view.leaveLinkCode();
      connect();
    },
    async logout(reason = 'user_initiated') {
      localStorage.removeItem('WebEncKeySalt');
      localStorage.removeItem('WANoiseInfo');
      const unpaired = line.ask((id) => ({ type: 'unpair', id })).catch(() => undefined);
      // Three seconds of real time: a service that does not answer must not keep the user logged in here.
      await Promise.race([unpaired, new Promise((resolve) => setTimeout(resolve, 3_000))]);
      await leave(reason);
    },
    takeover,
    reconnect() {
      line.drop();
      connect();
    },
    networkChanged(isOnline) {
      if (isOver || isRetrying === !isOnline) return;
      if (isOnline) connect();
      else if (line.isOpen()) {
        line.drop();
        retry();
      }
    },
    yieldToTab() {
      cancelRetry();
      isRetrying = false;
      pairing.end();
      line.drop();
      setSocketState(models, 'UNLAUNCHED');
    },
  };
}

type Handler<T extends BackendMessage['type']> = (
  message: Extract<BackendMessage, { type: T }>,
) => void | Promise<void>;
