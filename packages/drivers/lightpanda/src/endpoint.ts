import { type BrowserProcess, systemClock } from '@wakey/browser-process';
import { WakeyError } from '@wakey/core';

/** Waits until a Lightpanda that was just started listens and answers; gives the address of its protocol. */
export async function awaitEndpoint(process: BrowserProcess, over: AbortSignal): Promise<string> {
  for (;;) {
    over.throwIfAborted();
    const port = portIn(process.stderrEnd());
    const endpoint = port === undefined ? undefined : await ask(`http://127.0.0.1:${port}`, over);
    if (endpoint !== undefined) return endpoint;
    await systemClock.wait(POLL);
  }
}

/** The address of the protocol at an `http:` address; a `ws:` address is one. */
export async function resolveEndpoint(address: string): Promise<string> {
  if (/^wss?:/.test(address)) return address;
  const endpoint = await ask(address, AbortSignal.timeout(10_000));
  if (endpoint !== undefined) return endpoint;
  throw new WakeyError('browser-unavailable', {
    what: 'The address to attach to is not that of a browser.',
    hint: 'Give the address at which "lightpanda serve" listens.',
  });
}

const POLL = 20;

/** It was told to take any free port, and says in its log which one it took. */
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
    // Nobody listens there as yet, or the deadline passed, which whoever waits is told of by it.
    return undefined;
  }
}
