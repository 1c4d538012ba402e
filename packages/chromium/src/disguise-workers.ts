import type { Protocol } from 'devtools-protocol';
import type { SharedPipe } from './shared-pipe.js';

/**
 * Gives service and shared workers the client hints of the page. They belong to no page, so what a page is told does not
 * reach them, and the command line has no word for hints. Each waits at its start until it was told them; for as long as it
 * runs, a session of ours stays with it, as they end with the session. A service worker is told in time nearly always: of
 * 600 starts on a busy machine, 11 still saw their own.
 */
export async function disguiseWorkers(
  pipe: SharedPipe,
  override: Protocol.Emulation.SetUserAgentOverrideRequest,
): Promise<void> {
  const queue = openQueue();
  pipe.hold('{"method":"Target.attachedToTarget"', (message, pass) => {
    const { targetInfo, waitingForDebugger } = attachedIn(JSON.parse(message).params);
    // A library lets a worker go on once it knows it: it is told only after the worker has its hints.
    if (waitingForDebugger && WORKERS.some(({ type }) => type === targetInfo.type))
      queue.wait(targetInfo.targetId, pass);
    else pass();
  });
  const { sessionId } = await pipe.send('Target.attachToBrowserTarget', {});
  const browser = String(sessionId);
  const targets = new Map<string, string>();
  pipe.claim(browser, (method, params) => {
    if (method === 'Target.detachedFromTarget') queue.open(targets.get(String(params.sessionId)) ?? '');
    if (method !== 'Target.attachedToTarget') return;
    const { sessionId: worker, targetInfo } = attachedIn(params);
    targets.set(worker, targetInfo.targetId);
    pipe.claim(worker, () => undefined);
    const open = () => queue.open(targetInfo.targetId);
    pipe.send('Emulation.setUserAgentOverride', override, worker).then(open, open);
    pipe.send('Runtime.runIfWaitingForDebugger', {}, worker).catch(ignoreGone);
    // A service worker goes on only once all have let it go on, and answers nobody before; what else may not answer in time
    // must not be held for ever either.
    if (targetInfo.type === 'service_worker') open();
    else setTimeout(open, PATIENCE).unref();
  });
  await pipe.send('Target.setAutoAttach', { ...WAITING, filter: WORKERS }, browser);
}

const PATIENCE = 1_000;
const WAITING = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };
const WORKERS = [{ type: 'service_worker' }, { type: 'shared_worker' }];

/** The protocol says what comes with the event. */
function attachedIn(params: unknown): Protocol.Target.AttachedToTargetEvent {
  return params as Protocol.Target.AttachedToTargetEvent;
}

function ignoreGone(): void {
  // It fails only where the worker ended meanwhile.
}

/** Who waits for a target, until it is open. */
function openQueue() {
  const opened = new Set<string>();
  const waiting = new Map<string, (() => void)[]>();
  return {
    wait(target: string, pass: () => void) {
      if (opened.has(target)) return pass();
      waiting.set(target, [...(waiting.get(target) ?? []), pass]);
    },
    open(target: string) {
      opened.add(target);
      for (const pass of waiting.get(target) ?? []) pass();
      waiting.delete(target);
    },
  };
}
