import { createStorage, type Driver } from 'unstorage';
import memory from 'unstorage/drivers/memory';
import { unstorageStore } from '../src/unstorage-store.ts';

export const write = (fence: number) => ({ fence, metadata: {} });

export async function* bytes() {
  yield Uint8Array.of(1);
}

/** Two stores of session `main` in one place. As soon as the older store has recorded its fence, the newer store writes. */
export function racingOwners() {
  const driver = memory();
  const newer = unstorageStore(createStorage({ driver }));
  const setItemRaw: NonNullable<Driver['setItemRaw']> = async (key, value, options) => {
    await driver.setItemRaw?.(key, value, options);
    if (key.includes(':mark:')) await newer.write('main', bytes(), write(2));
  };
  return { older: unstorageStore(createStorage({ driver: { ...driver, setItemRaw } })), newer };
}
