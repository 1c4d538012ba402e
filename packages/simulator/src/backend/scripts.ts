import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BackendContext } from './context.ts';
import { otherOrigin } from './other-origin.ts';
import type { SlowLine } from './slow-line.ts';

/** The scripts that the document names, when it names any: they come from a host of their own, as the real page's do. */
export interface Scripts {
  /** Whether the modules come with scripts just now. */
  areNamed(): boolean;
  /** Elements for the document. */
  elements(request: IncomingMessage): string;
  /** Answers the request where it is for a script. */
  serve(path: string, response: ServerResponse): boolean;
}

/** Parts that a weight is divided into. */
const parts = 10;
/** The last script says that all are there, at which the page defines its modules. */
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
