import type { BackendMessage } from '../protocol.ts';
import type { PageContext } from './context.ts';
import { setStream } from './models/models.ts';
import { fillModelStorage } from './storage/model-storage.ts';

/** The sync after a login. */
export interface Sync {
  /** Begins the sync. It ends after `told`: a page that is ready has told the service what it holds. */
  begin(told: Promise<void>): void;
  progress(message: Extract<BackendMessage, { type: 'sync' }>): Promise<void>;
  /** Progress, 0 to 100. */
  percent(): number;
}

const mainLoadedAfterMs = 600;
const syncedAfterMs = 2_500;

/** See {@link Sync}. */
export function makeSync(context: PageContext): Sync {
  const { models, view, clock, line, bridge } = context;
  const { socket, stream, cmd, bus } = models;
  let percent = 0;
  let round = 0;
  let earliest = Promise.resolve();
  let filled = Promise.resolve();
  let told = Promise.resolve();

  function begin(holdingTold: Promise<void>): void {
    told = holdingTold;
    round += 1;
    percent = 0;
    const resuming = socket.hasSynced === true;
    socket.set({ stream: resuming ? 'RESUMING' : 'SYNCING' });
    setStream(models, resuming ? 'MAIN' : 'SYNCING', resuming ? 'RESUMING' : 'SYNCING');
    earliest = resuming ? Promise.resolve() : clock.pass(syncedAfterMs);
    const current = round;
    if (!resuming) view.showSyncing(percent);
    clock.after(mainLoadedAfterMs, () => {
      if (current !== round || !line.isOpen()) return;
      cmd.isMainLoaded = true;
      cmd.trigger('main_loaded');
      view.showMain(models.conn.pushname ?? '');
      view.showSyncing(percent);
    });
  }

  async function progress(message: Extract<BackendMessage, { type: 'sync' }>): Promise<void> {
    const current = round;
    if (message.messages > 0) filled = fillModelStorage(message.messages);
    percent = message.percent;
    view.showSyncing(percent);
    bridge.tell('offline_progress_update');
    if (!message.done) return;
    await Promise.all([earliest, filled, told]);
    if (current === round && line.isOpen()) finish();
  }

  function finish(): void {
    localStorage.setItem('WaInitialHistorySynced', 'true');
    socket.set({ stream: 'CONNECTED' });
    setStream(models, 'MAIN', 'NORMAL');
    stream.set({ available: true });
    view.showMain(models.conn.pushname ?? '');
    bus.isMainStreamReadyMd = true;
    bridge.tell('main_stream_mode_ready');
    bridge.tell('offline_delivery_end');
    socket.set({ hasSynced: true });
  }

  return { begin, progress, percent: () => percent };
}
