import type { Protocol } from 'devtools-protocol';
import type { SharedPipe } from './shared-pipe.js';

/**
 * Gives service and shared workers the client hints of the page. Workers belong to no page, so an override of the page
 * does not reach them, and the command line has no switch for client hints. Each worker waits at its start until it has
 * its hints. A session of Wakey stays attached while the worker runs, because the hints end with the session. A service
 * worker gets its hints in time nearly always: of 600 starts on a busy machine, 11 still showed their own.
 */
export async function disguiseWorkers(
  pipe: SharedPipe,
  override: Protocol.Emulation.SetUserAgentOverrideRequest,
): Promise<void> {
  const queue = openQueue();
  pipe.hold('{"method":"Target.attachedToTarget"', (message, pass) => {
    const { targetInfo, waitingForDebugger } = attachedIn(JSON.parse(message).params);
    // A library resumes a worker once it learns of it, so the library gets this message only after the worker has its
    // hints.
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
    // A service worker resumes only once all sessions have resumed it, and answers none before. Other workers may not
    // answer in time, and must not be held forever either.
    if (targetInfo.type === 'service_worker') open();
    else setTimeout(open, PATIENCE).unref();
  });
  await pipe.send('Target.setAutoAttach', { ...WAITING, filter: WORKERS }, browser);
}

const PATIENCE = 1_000;
const WAITING = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };
const WORKERS = [{ type: 'service_worker' }, { type: 'shared_worker' }];

/** The protocol defines the parameters of the event. */
function attachedIn(params: unknown): Protocol.Target.AttachedToTargetEvent {
  return params as Protocol.Target.AttachedToTargetEvent;
}

function ignoreGone(): void {
  // The command fails only if the worker has ended meanwhile.
}

/** A queue of callbacks for each target, which run once the target is open. */
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
