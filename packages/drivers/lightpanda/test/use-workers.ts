/// <reference lib="dom" />
import type { Json } from '@wakey/core';

/**
 * Uses workers of every kind, and returns what a page sees of them. Runs in the page, so it uses nothing from outside this function. Equal
 * results on two browsers mean that a page cannot tell the bridged workers from those of a browser that needs no bridge.
 */
export async function useWorkers(): Promise<Json> {
  const gather = (worker: Worker, count: number, type = 'message') =>
    new Promise<unknown[]>((resolve) => {
      const got: unknown[] = [];
      worker.addEventListener(type, (event) => {
        got.push(event instanceof MessageEvent ? event.data : event);
        if (got.length === count) resolve(got);
      });
    });
  const blob = (text: string) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const failure = (work: () => unknown) => {
    try {
      work();
      return 'no error';
    } catch (error) {
      return (error as Error).name;
    }
  };
  const classic = async () => {
    const worker = new Worker('scripts/classic.js#part', { name: 'some name' });
    worker.postMessage('early');
    worker.postMessage('also early');
    const got = await gather(worker, 5);
    return { got, tag: Object.prototype.toString.call(worker), isWorker: worker instanceof Worker };
  };
  const modules = async () => {
    const worker = new Worker(new URL('scripts/module.js', location.href), { type: 'module' });
    const got = gather(worker, 1);
    // Only a worker with top-level await loses messages that come before its handler.
    const ask = setInterval(() => worker.postMessage('asked'), 50);
    const [first] = await got;
    clearInterval(ask);
    return first;
  };
  const addresses = async () => ({
    dynamic: await gather(new Worker('/scripts/dynamic.js'), 1),
    fetched: await gather(new Worker('/scripts/fetch.js'), 1),
  });
  const blobs = async () => {
    const url = blob('self.onmessage = ({ data }) => postMessage([location.protocol, data]);');
    const worker = new Worker(url);
    URL.revokeObjectURL(url);
    worker.postMessage(1);
    return gather(worker, 1);
  };
  const errors = async () => {
    const thrown = (await gather(new Worker('/scripts/throws.js'), 1, 'error')) as ErrorEvent[];
    const missing = (await gather(new Worker('/scripts/missing.js'), 1, 'error')) as ErrorEvent[];
    const ofBlob = (await gather(new Worker(blob('throw new Error("of a Blob")')), 1, 'error')) as ErrorEvent[];
    const handled = new Worker('/scripts/throws.js');
    const said = await new Promise((resolve) => {
      handled.onerror = (event) => resolve(event instanceof ErrorEvent);
    });
    return {
      // Lightpanda does not say what a script has thrown.
      thrown: thrown.map((event) => [event instanceof ErrorEvent, event.message !== '']),
      missing: missing.map((event) => [event.type, event instanceof ErrorEvent]),
      said,
      ofBlob: ofBlob.map((event) => event instanceof ErrorEvent),
      foreign: failure(() => new Worker(location.href.replace('127.0.0.1', 'localhost'))),
      wrong: failure(() => new Worker('http://:nothing')),
      none: failure(() => Reflect.construct(Worker, [])),
      call: failure(() => Reflect.apply(Worker as unknown as () => void, undefined, [''])),
    };
  };
  const handlers = async () => {
    const worker = new Worker(blob('onmessage = ({ data }) => postMessage(data);'));
    const seen: unknown[] = [];
    const before = worker.onmessage;
    const one = () => seen.push('one');
    const object = { handleEvent: ({ type }: Event) => seen.push(type) };
    worker.addEventListener('message', one);
    worker.addEventListener('message', object);
    worker.removeEventListener('message', one);
    worker.addEventListener('message', () => seen.push('once'), { once: true });
    worker.onmessage = () => seen.push('replaced');
    worker.onmessage = () => seen.push('on');
    worker.postMessage(1);
    worker.postMessage(2);
    await gather(worker, 2);
    worker.onmessage = null;
    worker.postMessage(3);
    await gather(worker, 1);
    return { seen, before, after: worker.onmessage };
  };
  const sharedOnce = async () => {
    const workers = [1, 2].map(() => new Worker(blob('onmessage = ({ data }) => postMessage(data);')));
    let heard = 0;
    const hear = () => {
      heard += 1;
    };
    for (const worker of workers) worker.addEventListener('message', hear, { once: true });
    for (const worker of workers) {
      for (const message of [1, 2]) worker.postMessage(message);
      await gather(worker, 2);
    }
    return heard;
  };
  const terminated = async () => {
    const worker = new Worker('/scripts/beats.js');
    await gather(worker, 2);
    let later = 0;
    worker.addEventListener('message', () => {
      later += 1;
    });
    worker.terminate();
    worker.terminate();
    worker.postMessage('after');
    // The worker of beats.js posts each 10 ms: one that ran on would post ten times in 100 ms.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closing = new Worker(blob('postMessage("last"); close(); onmessage = () => postMessage("not");'));
    const last = await gather(closing, 1);
    return { later, last };
  };
  const keys = async () => {
    const usages = ['encrypt', 'decrypt'] as const;
    const raw = Uint8Array.from({ length: 32 }, (_, at) => at);
    const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, usages);
    const iv = new Uint8Array(12);
    const text = new TextEncoder().encode('some text');
    const worker = new Worker('/scripts/keys.js');
    worker.postMessage({ key, iv, text });
    const [got] = (await gather(worker, 1)) as [{ sealed: Uint8Array<ArrayBuffer>; key: CryptoKey; made: CryptoKey }];
    const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, got.key, got.sealed);
    const again = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, got.made, text);
    const back = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, got.made, again);
    const channel = new MessageChannel();
    const carried = new Promise<unknown>((resolve) => {
      channel.port2.onmessage = ({ data }) => resolve(data);
    });
    channel.port1.postMessage([key]);
    const [other] = (await carried) as [CryptoKey];
    return {
      ...got,
      sealed: String(got.sealed),
      texts: [opened, back].map((bytes) => new TextDecoder().decode(bytes)),
      shown: [got.key, got.made, other].map((one) => [one instanceof CryptoKey, one.extractable, one.type, one.usages]),
      refused: failure(() => worker.postMessage(() => undefined)),
    };
  };
  const result = {
    classic: await classic(),
    modules: await modules(),
    addresses: await addresses(),
    blobs: await blobs(),
    errors: await errors(),
    handlers: await handlers(),
    sharedOnce: await sharedOnce(),
    terminated: await terminated(),
    keys: await keys(),
  };
  return JSON.parse(JSON.stringify(result));
}

/** Lets a worker store a row, and reads all rows. Runs in the page. */
export async function storeInWorker({ value, key }: { value: Json; key: string }): Promise<null> {
  const worker = new Worker('/scripts/stores.js');
  worker.postMessage({ value, key });
  await new Promise((resolve) => {
    worker.onmessage = resolve;
  });
  return null;
}

/** Lets a worker and the page replace one row, in 60 rounds of ten transactions each, and returns the row that is left. Runs in the page. */
export async function raceWithWorker(): Promise<Json> {
  const worker = new Worker('/scripts/races.js');
  await new Promise((resolve) => {
    worker.onmessage = resolve;
  });
  const opening = indexedDB.open('shared', 1);
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  for (let round = 0; round < 60; round += 1) {
    await new Promise<void>((resolve) => {
      let left = 20;
      const one = () => {
        left -= 1;
        if (left === 0) resolve();
      };
      worker.onmessage = one;
      worker.postMessage(round);
      const race = () => {
        for (let at = 0; at < 10; at += 1) {
          const transaction = database.transaction('rows', 'readwrite');
          transaction.objectStore('rows').put(`page ${round}.${at}`, 'raced');
          transaction.oncomplete = one;
        }
      };
      if (round % 2 === 0) race();
      else setTimeout(race, 0);
    });
    const copy = database.transaction('rows', 'readwrite').objectStore('rows');
    const read = copy.get('raced');
    await new Promise<void>((resolve) => {
      read.onsuccess = () => {
        copy.put(read.result, `round ${round}`).onsuccess = () => resolve();
      };
    });
  }
  database.close();
  return null;
}

/** All rows of the workers' database by their keys. Runs in the page. */
export async function rowsOfWorkers(): Promise<Json> {
  const opening = indexedDB.open('shared', 1);
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const store = database.transaction('rows').objectStore('rows');
  const [keys, values] = await Promise.all(
    [store.getAllKeys(), store.getAll()].map(
      (request) =>
        new Promise<unknown[]>((resolve) => {
          request.onsuccess = () => resolve(request.result);
        }),
    ),
  );
  database.close();
  return Object.fromEntries((keys as string[]).map((key, at) => [key, (values as Json[])[at] ?? null]));
}
