import type { PageSettings } from '../protocol.ts';
import { makeBridge } from './bridge.ts';
import { makeClock } from './clock.ts';
import type { Kept, PageContext } from './context.ts';
import { tidyAddress } from './leave.ts';
import { makeLine } from './line.ts';
import { makeLinkCodeFlow } from './link-code.ts';
import { isLostEvent, makeLiveTroubles } from './live-troubles.ts';
import { installLoader } from './loader.ts';
import { makeModels } from './models/models.ts';
import { appModules } from './modules/app-modules.ts';
import { authModules } from './modules/auth-modules.ts';
import { clientModules } from './modules/client-modules.ts';
import { emptyModules } from './modules/empty-modules.ts';
import { linkModules } from './modules/link-modules.ts';
import type { Life, ModuleParts } from './modules/parts.ts';
import { restrictionModules } from './modules/restriction-modules.ts';
import { makePairingScreen } from './pairing.ts';
import { makeRestrictions } from './restrictions.ts';
import { makeSession } from './session.ts';
import { eraseStorage, finishErasing } from './storage/erase.ts';
import { openKeys } from './storage/keys.ts';
import { openUserPrefs } from './storage/user-prefs.ts';
import { makeTabMutex } from './tab-mutex.ts';
import { makeUpdater } from './updater.ts';
import { makeView } from './view/view.ts';

const debugAfterMs = 100;
const lateDebugAfterMs = 10_000;
const launchAfterMs = 200;

boot(JSON.parse(document.getElementById('simulator-settings')?.textContent ?? '') as PageSettings);

function boot(settings: PageSettings): void {
  const { speed, version } = settings;
  const { missingModules, missingDocumentParts, debug, keepLogoutParameters } = settings.troubles;
  const app = document.getElementById('app');
  if (app === null) throw new Error('The document has no #app.');
  const troubles = makeLiveTroubles(settings.troubles);
  const models = makeModels((emitter, event) => isLostEvent(troubles, emitter, event));
  const clock = makeClock(speed);
  const line = makeLine();
  const bridge = makeBridge(models, troubles);
  const view = makeView(app, missingDocumentParts);
  const restrictions = makeRestrictions({ models });
  const updater = makeUpdater(troubles);
  const context: PageContext = { settings, models, bridge, restrictions, updater, view, clock, troubles, line };
  models.cmd.onInitialLoadReadyFromBridge = () => bridge.tell('initial_load_ready');

  const kept = openStorage(context);
  let life: Life | undefined;
  const ready = kept.then((opened) => {
    life = start(context, opened);
    return life;
  });
  const loader = installLoader(missingModules);
  const parts: ModuleParts = { context, kept, ready, life: () => life };
  const modules = {
    ...authModules(parts),
    ...linkModules(parts),
    ...appModules(parts),
    ...restrictionModules(parts),
    ...clientModules(),
  };
  const defineAll = (): void => {
    for (const [name, make] of Object.entries({ ...modules, ...emptyModules(modules) })) loader.define(name, make);
  };
  const setDebug = (): void => {
    Object.assign(globalThis, { Debug: { VERSION: version } });
  };
  /** Defines everything that the real page loads with its scripts. */
  function run(): void {
    defineAll();
    if (debug !== 'never') clock.after(debug === 'late' ? lateDebugAfterMs : debugAfterMs, setDebug);
    void ready.then((begun) => launch(context, begun));
  }
  if (settings.awaitsScripts) document.addEventListener('simulator-scripts', run, { once: true });
  else run();
  tidyAddress(keepLogoutParameters);
  const setOnline = (online: boolean): void => {
    models.network.set({ online });
    life?.session.networkChanged(online);
  };
  window.addEventListener('online', () => setOnline(true));
  window.addEventListener('offline', () => setOnline(false));
}

/** Opens the storage. Erases a login whose parts do not match, as the real page does. */
async function openStorage({ models }: PageContext): Promise<Kept> {
  await finishErasing();
  const keys = await openKeys();
  if (keys !== null) return { keys, prefs: await openUserPrefs(models.advSecretEvents) };
  await eraseStorage();
  const fresh = await openKeys();
  if (fresh === null) throw new Error('The storage of this browser does not keep keys.');
  return { keys: fresh, prefs: await openUserPrefs(models.advSecretEvents) };
}

function start(context: PageContext, kept: Kept): Life {
  const { models } = context;
  const pairing = makePairingScreen(context, kept);
  const linkCode = makeLinkCodeFlow(context, kept, pairing);
  const session = makeSession({ context, kept, pairing, linkCode });
  const { logout, takeover, reconnect, refreshQr } = session;
  Object.assign(models.socket, { logout, takeover, reconnect });
  models.bus.on('refresh_qr', refreshQr);
  return { kept, session, pairing, linkCode };
}

async function launch({ clock, view }: PageContext, { session }: Life): Promise<void> {
  const mutex = makeTabMutex(clock, () => {
    session.yieldToTab();
    offerTakeOver();
  });
  function offerTakeOver(): void {
    view.showConflict(() => {
      mutex.takeOver();
      session.launch();
    });
  }
  await clock.pass(launchAfterMs);
  if (await mutex.win()) session.launch();
  else offerTakeOver();
}
