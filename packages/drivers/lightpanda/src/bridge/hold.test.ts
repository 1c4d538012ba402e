import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { temporaryDirectory } from '@wakey/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { binaries } from '../../test/binaries.ts';
import { type HeldJournal, heldJournal } from '../../test/held-journal.ts';
import { type Server as Started, startServer } from '../../test/start-server.ts';
import { openConnection } from '../connection.js';

let site: Server;
let url: string;
beforeAll(async () => {
  site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>site</title>'));
  await once(site.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
});
afterAll(() => {
  site.closeAllConnections();
  site.close();
});

/** Helpers of the page. `seen`: what the page has seen, in order. */
const HELPERS = `
  globalThis.seen = [];
  globalThis.saw = (what) => () => void seen.push(what);
  globalThis.opened = (request) => new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
  });
  globalThis.openThings = (version = 1) => {
    const request = indexedDB.open('things', version);
    request.onupgradeneeded = () => request.result.createObjectStore('v' + version);
    return request;
  };
  globalThis.write = (key, value = 'value of ' + key) => {
    const writing = database.transaction('v1', 'readwrite');
    writing.objectStore('v1').put(value, key);
    return writing;
  };
  /** A request of IndexedDB ends only after the events that the browser fired before it began. */
  globalThis.turn = async () => {
    for (let times = 0; times < 5; times += 1) {
      const reading = database.transaction('v1').objectStore('v1').count();
      await new Promise((resolve) => { reading.onsuccess = resolve; });
    }
  };
`;

/** A stand-in for a version whose binary is not here. */
const tested = (await binaries()).filter(
  ({ isReal, version }, _, all) => isReal || !all.some((other) => other.isReal && other.version === version),
);

describe.each(tested)('what a page learns in $on', ({ executable }) => {
  let server: Started;
  let journal: HeldJournal;
  let connection: Awaited<ReturnType<typeof openConnection>>;
  let visit: () => Promise<void>;
  let evaluate: (expression: string) => Promise<unknown>;
  beforeEach(async () => {
    server = await startServer(executable, temporaryDirectory());
    journal = heldJournal();
    connection = await openConnection(`ws://${server.address}/`, { journal });
    const page = await connection.firstPage();
    const { native } = page;
    for (const domain of ['Page', 'Runtime']) await native.send(`${domain}.enable`);
    evaluate = async (expression) => {
      const answer = await native.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      const { result, exceptionDetails } = answer as { result: { value?: unknown }; exceptionDetails?: unknown };
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return result.value;
    };
    visit = async () => {
      await native.send('Page.navigate', { url });
      await evaluate(HELPERS);
    };
    await visit();
    journal.release();
  });
  afterEach(async () => {
    await connection.disconnect();
    await server.end('SIGKILL');
    expect(journal.failures).toEqual([]);
  });
  /** The page gets what the disk has told it, in a moment. */
  const expectSeen = (all: readonly string[]) =>
    vi.waitFor(async () => expect(await evaluate('seen')).toEqual(all), { timeout: 10_000 });
  const prepare = async () => {
    journal.goOn();
    await evaluate('opened(openThings()).then((database) => void (globalThis.database = database))');
    journal.hold();
  };

  it('is the commit of a transaction once the disk has it, in each way to listen', async () => {
    await prepare();
    await evaluate(`void (() => {
      const one = write('one');
      one.oncomplete = saw('property');
      one.addEventListener('complete', saw('listener'));
      one.addEventListener('complete', { handleEvent: saw('object') }, { once: true });
      new Promise((resolve) => one.addEventListener('complete', resolve)).then(saw('promise'));
      one.objectStore('v1').get('one').onsuccess = saw('request');
    })()`);
    await evaluate('turn()');
    await journal.wrote('value of one');
    await expectSeen(['request']);
    journal.release();
    await expectSeen(['request', 'property', 'listener', 'object', 'promise']);
  });

  it('is the last function in oncomplete, and no function after null', async () => {
    await prepare();
    expect(
      await evaluate(`(() => {
        const [one, two] = [write('one'), write('two')];
        const before = one.oncomplete;
        one.oncomplete = saw('first');
        const last = one.oncomplete = function (event) { seen.push(this === one && event.target === one && event.type); };
        two.oncomplete = saw('none');
        two.oncomplete = null;
        return [before, one.oncomplete === last, two.oncomplete];
      })()`),
    ).toEqual([null, true, null]);
    await journal.wrote('value of two');
    journal.release();
    await expectSeen(['complete']);
  });

  it('is a later transaction after an earlier one, also if the later one only reads', async () => {
    await prepare();
    await evaluate(`void (() => {
      for (const name of ['one', 'two']) write(name).oncomplete = saw(name);
      const reading = database.transaction('v1');
      reading.objectStore('v1').get('two').onsuccess = ({ target }) => seen.push(target.result);
      reading.oncomplete = saw('read');
      write('three').oncomplete = saw('three');
    })()`);
    await journal.wrote('value of three');
    await expectSeen(['value of two']);
    journal.release(1);
    await expectSeen(['value of two', 'one']);
    journal.release();
    await expectSeen(['value of two', 'one', 'two', 'read', 'three']);
  });

  it('is an upgraded or deleted database once the disk has the change', async () => {
    await evaluate(`void (() => {
      const request = openThings();
      request.onsuccess = () => {
        globalThis.database = request.result;
        seen.push('opened ' + (request.onsuccess !== null));
      };
      request.addEventListener('upgradeneeded', () => {
        request.transaction.oncomplete = saw('upgraded');
      });
    })()`);
    await journal.wrote('"version"');
    await expectSeen([]);
    journal.release();
    await expectSeen(['upgraded', 'opened true']);
    await evaluate(`void (() => {
      database.close();
      indexedDB.deleteDatabase('things').onsuccess = saw('deleted');
    })()`);
    await journal.wrote('"drop-database"');
    await expectSeen(['upgraded', 'opened true']);
    journal.release();
    await expectSeen(['upgraded', 'opened true', 'deleted']);
  });

  it('is the commit of a database that the page has closed meanwhile', async () => {
    await prepare();
    await evaluate(`void (write('one').oncomplete = saw('complete'), database.close())`);
    await journal.wrote('value of one');
    journal.release();
    await expectSeen(['complete']);
  });

  it('is an aborted transaction and the end of a reading at once', async () => {
    await prepare();
    await evaluate(`new Promise((resolve) => {
      const one = write('one');
      one.onabort = resolve;
      one.abort();
    })`);
    await evaluate(`new Promise((resolve) => { database.transaction('v1').oncomplete = resolve; })`);
    expect(journal.waiting()).toBe(0);
  });

  it('is nothing of a document before it, and its own commits', async () => {
    await prepare();
    await evaluate(`void (write('one').oncomplete = saw('complete'))`);
    await journal.wrote('value of one');
    await visit();
    journal.goOn();
    await evaluate('opened(openThings()).then((database) => void (globalThis.database = database))');
    await evaluate(`new Promise((resolve) => { write('two').oncomplete = resolve; })`);
    await expectSeen([]);
  });
});
