import type { BackendMessage, Me } from '../protocol.ts';
import { actOut } from './act-out.ts';
import type { Kept, PageContext } from './context.ts';
import { makeConversations } from './conversations/conversations.ts';
import { hangWhileTold } from './hang.ts';
import { type LogoutWords, leavePage } from './leave.ts';
import type { LinkCodeFlow } from './link-code.ts';
import { setSocketState, setStream } from './models/models.ts';
import type { LogoutReason } from './models/states.ts';
import { makeWid } from './models/wid.ts';
import { isOurs, type PairingScreen } from './pairing.ts';
import { answerPasskeyRequest } from './passkey.ts';
import { answerChallenge } from './storage/keys.ts';
import { makeStreamEnd } from './stream-end.ts';
import { makeSync, type Sync } from './sync.ts';

/** The session of the page, from the first connection to the logout. */
export interface Session {
  launch(): void;
  /** Starts pairing again with new refs. Does nothing once the page is linked. */
  refreshQr(): void;
  /** Unlinks this device at the service, erases its storage and reloads. */
  logout(reason?: LogoutReason): Promise<void>;
  takeover(): void;
  reconnect(): void;
  isRegistered(): boolean;
  isLoggedIn(): boolean;
  /** Acts on the browser's network events: the page does not wait on a line that is certainly dead. */
  networkChanged(isOnline: boolean): void;
  /** Gives the connection up to another tab of the same profile. */
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
  const { models, view, clock, line, troubles, settings, bridge } = context;
  const { prefs, keys } = kept;
  const sync = makeSync(context);
  const conversations = makeConversations(context);
  let isOver = false;
  let isConnected = false;
  let retries = 0;
  let isRetrying = false;
  let isStopped = false;
  let cancelRetry = (): void => undefined;

  const isRegistered = (): boolean => prefs.me() !== undefined && localStorage.getItem('WANoiseInfo') !== null;

  function connect(): void {
    cancelRetry();
    isRetrying = false;
    isStopped = false;
    setSocketState(models, 'OPENING');
    setStream(models, models.socket.hasSynced ? 'MAIN' : 'SYNCING', 'OPENING');
    if (!models.socket.hasSynced) view.showStarting();
    line.open({ opened: greet, message: handle, lost: retry });
  }

  function greet(): void {
    setSocketState(models, 'PAIRING');
    setStream(models, models.socket.hasSynced ? 'MAIN' : 'SYNCING', models.socket.hasSynced ? 'RESUMING' : 'PAIRING');
    const { noiseKey, identityKey } = linkCode.publicKeys;
    const { registrationId } = keys.registration;
    const me = isRegistered() ? prefs.me() : undefined;
    const state = prefs.state();
    const device = me === undefined ? {} : { device: me.device, ...(state === undefined ? {} : { state }) };
    line.send({ type: 'hello', version: settings.version, registrationId, noiseKey, identityKey, ...device });
  }

  function disconnected(): void {
    isConnected = false;
    models.socket.set({ stream: 'DISCONNECTED' });
    bridge.tell('socket_stream_disconnected');
  }

  function retry(): void {
    isConnected = false;
    line.drop();
    pairing.end();
    linkCode.lost();
    if (isOver || models.socket.state === 'UNPAIRED_IDLE') return;
    disconnected();
    // The first losses show as OPENING; a network that stays away shows as TIMEOUT.
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
    success: ({ me, state }) => logIn(me, state),
    sync: (message) => sync.progress(message),
    'stream-error': ({ error }) => streamEnd.handle(error),
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
    restrictions: (message) => context.restrictions.take(message.restrictions),
    troubles: (message) => actOut(context, message.troubles),
    ...conversations.handlers,
  };

  function handle(message: BackendMessage): void {
    // The table's type guarantees that each handler takes the messages of its own type.
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

  async function logIn(me: Me, state: number): Promise<void> {
    // A page that is being left can no longer write. It then presents its older state at the next login.
    prefs.saveState(state).catch(() => undefined);
    retries = 0;
    isConnected = true;
    const told = conversations.connect();
    bridge.tell('account_temporarily_banned', { banned: false });
    await clock.pass(300);
    if (isOver || !isConnected) return;
    const wid = makeWid(troubles.now().meByLid ? me.lid : me.wid);
    const { platform, pushname } = me;
    const lid = makeWid(me.lid);
    models.conn.set({ ref: undefined, refTTL: undefined, connected: true, wid, me: wid, lid, platform, pushname });
    setSocketState(models, 'CONNECTED');
    models.ownContact.show(me);
    models.conn.set({ meReadyTriggered: true });
    models.conn.trigger('me_ready');
    bridge.tell('open_socket_stream');
    if (troubles.now().falseLogoutEvent) bridge.tell('logout');
    sync.begin(told);
  }

  function stopComms(): void {
    isStopped = true;
    isRetrying = false;
    cancelRetry();
    line.drop();
    disconnected();
  }

  async function leave(reason?: LogoutReason, words?: LogoutWords): Promise<void> {
    if (isOver) return;
    isOver = true;
    stopComms();
    await leavePage(context, kept, reason, words);
  }

  const streamEnd = makeStreamEnd({ context, pairing, connect, stopComms, retry, leave });

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
      bridge.tell('starting_logout');
      const unpaired = line.ask((id) => ({ type: 'unpair', id })).catch(() => undefined);
      // Wait at most 3 s of real time: a service that does not answer must not prevent the logout.
      await Promise.race([unpaired, new Promise((resolve) => setTimeout(resolve, 3_000))]);
      await leave(reason);
    },
    takeover: streamEnd.takeover,
    reconnect() {
      if (isStopped) return;
      line.drop();
      connect();
    },
    networkChanged(isOnline) {
      if (isOver || isStopped || isRetrying === !isOnline) return;
      if (isOnline) connect();
      else if (line.isOpen()) retry();
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
