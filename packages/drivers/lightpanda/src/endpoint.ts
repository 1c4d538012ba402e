import { type BrowserProcess, systemClock } from '@wakey/browser-process';
import { WakeyError } from '@wakey/core';

/** Waits until a newly started Lightpanda listens and answers. Returns the address of its protocol. */
export async function awaitEndpoint(process: BrowserProcess, over: AbortSignal): Promise<string> {
  for (;;) {
    over.throwIfAborted();
    const port = portIn(process.stderrText());
    const endpoint = port === undefined ? undefined : await ask(`http://127.0.0.1:${port}`, over);
    if (endpoint !== undefined) return endpoint;
    await systemClock.wait(POLL);
  }
}

/** Asks an `http:` address for the address of the protocol. Returns a `ws:` address unchanged. */
export async function resolveEndpoint(address: string): Promise<string> {
  if (/^wss?:/.test(address)) return address;
  const endpoint = await ask(address, AbortSignal.timeout(10_000));
  if (endpoint !== undefined) return endpoint;
  throw new WakeyError('browser-unavailable', {
    what: 'No browser answers at the address to attach to.',
    hint: 'Use the address at which "lightpanda serve" listens.',
  });
}

/** Between two tries, in ms. */
const POLL = 20;

/**
 * The port that Lightpanda chose. The driver starts Lightpanda with port 0, and Lightpanda writes the chosen port to
 * its log.
 */
function portIn(log: string): string | undefined {
  return /server running[^\n]*?address="?[^\s"]*:(\d+)/.exec(log)?.[1];
}

async function ask(base: string, over: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await fetch(new URL('/json/version', base), { signal: over });
    const said: unknown = await answer.json();
    if (typeof said !== 'object' || said === null || !('webSocketDebuggerUrl' in said)) return undefined;
    return String(said.webSocketDebuggerUrl);
  } catch {
    // Nothing listens at the address yet, or the deadline passed. The caller checks the deadline itself.
    return undefined;
  }
}
