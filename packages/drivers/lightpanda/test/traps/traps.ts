import type { ProbeSite } from '../probe-site.ts';
import type { RawPage } from '../raw-client.ts';

/** Something that Lightpanda does otherwise than other browsers, and that a login meets. */
export interface Trap {
  readonly name: string;
  /** Tries it on a page of the site. Returns what was seen, in a few words. */
  seen(page: RawPage, site: ProbeSite): Promise<unknown>;
  /** What the driver does about it. */
  readonly remedy: string;
}

/** Further flags that the probes need: workers run, and a WebSocket ends soon. */
export const flags = ['--load-resources', 'worker', '--http-timeout', '1500'];

const script = (name: string, source: string, remedy: string): Trap => ({
  name,
  remedy,
  seen: ({ evaluate }) => evaluate(`(async () => { ${SCRIPT} ${source} })()`),
});

/**
 * What the scripts share. `quietTime` passes the time in which the browser would do what a probe looks for: nothing shows sooner that it
 * does not.
 */
const SCRIPT = `
  const quietTime = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const open = (name, version, upgrade) => {
    const opening = indexedDB.open(name, version);
    opening.onupgradeneeded = () => upgrade?.(opening.result);
    return done(opening);
  };
`;

/** The traps, in the order of the page. */
export const traps: readonly Trap[] = [
  {
    name: 'A WebSocket of the page lives as long as `--http-timeout` (15 s by default), busy or not',
    remedy: 'starts with `--http-timeout 0`',
    // The socket lives if nothing has closed it after four times its time limit.
    seen: async ({ evaluate }, { socketUrl }) =>
      evaluate(`new Promise((resolve) => {
        const socket = new WebSocket('${socketUrl}');
        const busy = setInterval(() => socket.readyState === 1 && socket.send('busy'), 100);
        socket.onclose = ({ code }) => { clearInterval(busy); resolve('closed with ' + code); };
        setTimeout(() => { socket.onclose = null; socket.close(); resolve('lives'); }, 6000);
      })`),
  },
  {
    name: 'A message in three frames',
    remedy: 'declared: nothing in the page can cure it',
    // How many parts arrive is what the probe asks, so it waits until no further one comes.
    seen: async ({ evaluate }, { socketUrl }) =>
      evaluate(`new Promise((resolve) => {
        const socket = new WebSocket('${socketUrl}frames');
        const got = [];
        socket.onmessage = ({ data }) => got.push(data);
        setTimeout(() => { socket.close(); resolve('arrives as ' + got.join(' + ')); }, 700);
      })`),
  },
  {
    name: 'Pings of the server while the page is silent',
    remedy: 'declared: a page that sends something now and then answers with it',
    seen: async ({ evaluate }, site) => {
      // Time for twelve pings: an answer that never comes has no event.
      await evaluate(`new Promise((resolve) => {
        const socket = new WebSocket('${site.socketUrl}pings');
        setTimeout(() => { socket.close(); resolve(null); }, 1200);
      })`);
      return site.pongs() > 2 ? 'answered' : 'not answered';
    },
  },
  script(
    '`Worker.terminate()`',
    `const code = 'setInterval(() => postMessage(1), 50)';
    const worker = new Worker('data:text/javascript,' + encodeURIComponent(code));
    await new Promise((resolve) => { worker.onmessage = resolve; });
    worker.terminate();
    await quietTime(100);
    let more = 0;
    worker.onmessage = () => { more += 1; };
    await quietTime(500);
    return more > 0 ? 'the worker runs on' : 'ends the worker';`,
    'lets the worker close itself, which ends it',
  ),
  script(
    '`IDBCursor.request`',
    `const database = await open('cursor', 1, (it) => it.createObjectStore('rows').add(1, 1));
    const cursor = await done(database.transaction('rows').objectStore('rows').openCursor());
    database.close();
    return 'request' in cursor ? 'is there' : 'is missing, so that package idb ends each walk after one record';`,
    'adds it',
  ),
  script(
    'A database is deleted while a connection to it is open',
    `const database = await open('open', 1, (it) => it.createObjectStore('rows'));
    let told = false;
    database.onversionchange = () => { told = true; database.close(); };
    await done(indexedDB.deleteDatabase('open'));
    return told ? 'the connection gets "versionchange"' : 'without "versionchange" and "blocked"';`,
    'declared: erasing begins with leaving the page',
  ),
  script(
    'A record that names one tag twice, under a multiEntry index',
    `const database = await open('tags', 1, (it) =>
      it.createObjectStore('rows').createIndex('tags', 'tags', { multiEntry: true }));
    const writing = database.transaction('rows', 'readwrite');
    writing.objectStore('rows').put({ tags: ['a', 'a'] }, 1);
    return new Promise((resolve) => {
      writing.oncomplete = () => resolve('is stored');
      writing.onabort = () => resolve('rolls the transaction back: ' + writing.error?.name);
    });`,
    'declared',
  ),
  script(
    'A timer with a negative delay',
    `let fired = false;
    setTimeout(() => { fired = true; }, -5);
    await quietTime(300);
    return fired ? 'fires' : 'never fires';`,
    'declared: use 1.0.1 or later',
  ),
  script(
    'A rejection that the page handles',
    `const told = [];
    const listener = ({ type }) => told.push(type);
    addEventListener('unhandledrejection', listener);
    try { await Promise.reject(new Error('handled')); } catch {}
    await quietTime(50);
    removeEventListener('unhandledrejection', listener);
    return told.length === 0 ? 'is not reported' : 'is reported as unhandled';`,
    'reports a rejection only if the page has not handled it a moment later',
  ),
  script(
    '`Response.json()` of what is no JSON',
    `try {
      const reading = new Response('nonsense').json();
      return await reading.then(() => 'resolves', () => 'rejects');
    } catch { return 'throws at once, so that catch() behind it sees nothing'; }`,
    'declared',
  ),
  script(
    'A lone surrogate in localStorage',
    `localStorage.setItem('half', '\\ud800');
    const kept = localStorage.getItem('half');
    localStorage.removeItem('half');
    return kept === '\\ud800' ? 'is kept' : 'becomes U+FFFD';`,
    'declared: a snapshot has what the page itself reads back',
  ),
  script(
    'A canvas',
    `const pen = document.createElement('canvas').getContext('2d');
    pen.fillRect(0, 0, 4, 4);
    return pen.getImageData(1, 1, 1, 1).data[3] === 255 ? 'has pixels' : 'is blank';`,
    'declared (`canvasPixels`): the code is read from the page’s state',
  ),
  script(
    '`confirm()`',
    `return confirm('sure?') ? 'true' : 'false, whatever the driver answers later';`,
    'dismisses dialogs, as in every browser; `LP.handleJavaScriptDialog` by `native` arms the next one',
  ),
  {
    name: 'A navigation to a fragment of the same document',
    remedy: 'lets the page go there itself (`location.href`)',
    seen: async ({ send, evaluate }, { url }) => {
      await evaluate('window.kept = 1');
      await send('Page.navigate', { url: `${url}/page#there` });
      return (await evaluate('window.kept')) === 1 ? 'keeps the document' : 'makes a new document';
    },
  },
  {
    name: 'An answer without a document (204)',
    remedy: '`goto` rejects with `page-unreachable`; the old document is gone',
    seen: async ({ send, evaluate }, { url }) => {
      await send('Page.navigate', { url: `${url}/nothing` });
      return (await evaluate('location.pathname')) === '/nothing' ? 'becomes an empty document' : 'keeps the document';
    },
  },
];
