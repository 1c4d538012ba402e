import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BackendContext } from './context.ts';
import { otherOrigin } from './other-origin.ts';
import type { SlowLine } from './slow-line.ts';

/** The scripts that the document loads from another host, as the real page does, if a trouble asks for them. */
export interface Scripts {
  /** Whether the modules come from scripts now, not from the document. */
  areNamed(): boolean;
  /** Returns the script elements for the document. */
  elements(request: IncomingMessage): string;
  /** Answers a request for a script; returns false for other paths. */
  serve(path: string, response: ServerResponse): boolean;
}

/** The number of scripts among which `weight` is divided. */
const parts = 10;
/** The last script fires this event, at which the page defines its modules. */
const arrival = "document.dispatchEvent(new Event('simulator-scripts'));";

/** See {@link Scripts}. */
export function createScripts({ clock, journal, troubles }: BackendContext, line: SlowLine): Scripts {
  const count = () => (troubles().weight === 0 ? 1 : parts);

  function answer(index: number, response: ServerResponse): void {
    const { scripts, modulesLateMs, weight } = troubles();
    const isLast = index === count();
    if (scripts === 'blocked') {
      response.destroy();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-store' });
    if (scripts === 'stalled') {
      response.write('/* ');
      holdBack(() => response.end(`*/ ${isLast ? arrival : ''}`));
      return;
    }
    const body = `/*${'x'.repeat(Math.floor(weight / parts))}*/\n${isLast ? arrival : ''}`;
    const send = () => line.send(response, body, index % 3 === 0);
    if (isLast && modulesLateMs > 0) clock.after(modulesLateMs, send);
    else send();
  }

  function holdBack(go: () => void): void {
    if (troubles().scripts !== 'stalled') go();
    else setTimeout(() => holdBack(go), 50).unref();
  }

  return {
    areNamed() {
      const { scripts, modulesLateMs, weight } = troubles();
      return scripts !== 'arrive' || modulesLateMs > 0 || weight > 0;
    },
    elements(request) {
      const base = otherOrigin(request);
      const addresses = Array.from({ length: count() }, (_, index) => `${base}/rsrc/${index + 1}.js`);
      return addresses.map((address) => `<script defer src="${address}"></script>`).join('\n');
    },
    serve(path, response) {
      const index = Number(/^\/rsrc\/(\d{1,2})\.js$/.exec(path)?.[1] ?? 0);
      if (index === 0) return false;
      journal.write('script-asked', { index });
      answer(index, response);
      return true;
    },
  };
}
