const mirroredKeys = ['WANoiseInfo', 'WANoiseInfoIv', 'WebEncKeySalt'] as const;
const cacheName = 'wa-auth-mirror';
const address = '/wa-auth-mirror/local-storage';

/**
 * Copies the keys of localStorage on which the login depends into Cache Storage, which survives when the browser is
 * killed.
 */
export async function mirrorLocalStorage(): Promise<void> {
  const kept = Object.fromEntries(mirroredKeys.map((key) => [key, localStorage.getItem(key)]));
  const cache = await caches.open(cacheName);
  await cache.put(address, new Response(JSON.stringify(kept), { headers: { 'content-type': 'application/json' } }));
}

/** Restores the keys that localStorage has lost. Returns whether it restored any. */
export async function healLocalStorage(): Promise<boolean> {
  const cache = await caches.open(cacheName);
  const response = await cache.match(address);
  if (response === undefined) return false;
  const kept = (await response.json()) as Record<string, string | null>;
  const differing = mirroredKeys.filter(
    (key) => typeof kept[key] === 'string' && kept[key] !== localStorage.getItem(key),
  );
  for (const key of differing) localStorage.setItem(key, kept[key] ?? '');
  return differing.length > 0;
}

/** Deletes the copy. */
export async function dropMirror(): Promise<void> {
  await caches.delete(cacheName);
}
