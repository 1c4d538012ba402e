// Runs in the page: writes its IndexedDB as fast as it can, and reads it back.
(() => {
  const rows = 256;
  const rowBytes = 20_000;
  const stores = ['heads', 'tails', 'rows', 'files'];
  const noise = crypto.getRandomValues(new Uint8Array(65_536));
  let written = 0;

  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const open = () => {
    const request = indexedDB.open('hot-copies', 1);
    request.onupgradeneeded = () => {
      for (const name of stores) request.result.createObjectStore(name);
    };
    return settled(request);
  };

  /** Writes one transaction after the other, from the last existing number on, up to `last` or for ever. */
  const start = async (last) => {
    const database = await open();
    written = (await settled(database.transaction('heads').objectStore('heads').get(0))) ?? 0;
    write(database, last);
  };

  const write = (database, last) => {
    const number = written + 1;
    const transaction = database.transaction(stores, 'readwrite');
    transaction.objectStore('heads').put(number, 0);
    // Different noise each time, so that the database cannot compress it.
    const from = (number * 97) % (noise.length - rowBytes);
    transaction.objectStore('rows').put({ number, bytes: noise.slice(from, from + rowBytes) }, number % rows);
    // The browser stores a blob as a file of its own.
    if (number % 16 === 0) {
      transaction.objectStore('files').put({ number, blob: new Blob([noise, noise]) }, (number / 16) % 8);
    }
    transaction.objectStore('tails').put(number, 0);
    transaction.oncomplete = () => {
      written = number;
      localStorage.setItem('hot-copies', String(number));
      if (number !== last) write(database, last);
    };
  };

  const readBack = async () => {
    const faults = [];
    const known = await indexedDB.databases();
    if (!known.some(({ name }) => name === 'hot-copies')) return { last: 0, faults: ['the database is gone'] };
    const transaction = (await open()).transaction(stores);
    const store = (name) => transaction.objectStore(name);
    const [last = 0, tail, rowsFound, filesFound] = await Promise.all([
      settled(store('heads').get(0)),
      settled(store('tails').get(0)),
      settled(store('rows').getAll()),
      settled(store('files').getAll()),
    ]);
    if (tail !== last) faults.push(`head ${last}, tail ${tail}`);
    const numbers = rowsFound.map(({ number }) => number).sort((one, other) => one - other);
    const first = Math.max(1, last - rows + 1);
    if (numbers.length !== last - first + 1 || numbers.some((number, index) => number !== first + index)) {
      faults.push(`rows ${numbers.at(0)} to ${numbers.at(-1)}, ${numbers.length} of them, last ${last}`);
    }
    if (rowsFound.some(({ bytes }) => bytes.length !== rowBytes)) faults.push('a torn row');
    for (const { number, blob } of filesFound) {
      const size = await blob.arrayBuffer().then(({ byteLength }) => byteLength, String);
      if (size !== 2 * noise.length) faults.push(`the file of ${number}: ${size}`);
    }
    return { last, faults };
  };

  window.hotCopies = { start, written: () => written, readBack };
})();
