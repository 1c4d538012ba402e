import type { ServerResponse } from 'node:http';
import type { BackendContext } from './context.ts';

/** The network line over which documents and scripts reach the page. */
export interface SlowLine {
  /** Sends a body after all earlier bodies. `stall`: the line first stops for `lineStallMs`. */
  send(response: ServerResponse, body: string, stall: boolean): void;
}

const stepMs = 100;

/** See {@link SlowLine}. Without `lineRate`, the line sends everything at once. */
export function createSlowLine({ clock, troubles }: Pick<BackendContext, 'clock' | 'troubles'>): SlowLine {
  let last: Promise<void> = Promise.resolve();
  const pass = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));

  async function trickle(response: ServerResponse, body: Buffer, stall: boolean): Promise<void> {
    if (stall) await pass(troubles().lineStallMs);
    for (let sent = 0; sent < body.length && !response.destroyed; ) {
      const { lineRate } = troubles();
      const end = lineRate === 0 ? body.length : sent + Math.max(1, Math.round((lineRate * stepMs) / 1_000));
      if (lineRate > 0) await pass(stepMs);
      response.write(body.subarray(sent, end));
      sent = end;
    }
    response.end();
  }

  return {
    send(response, body, stall) {
      if (troubles().lineRate === 0) response.end(body);
      else last = last.then(() => trickle(response, Buffer.from(body), stall));
    },
  };
}
