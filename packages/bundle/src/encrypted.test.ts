import { temporaryDirectory } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { unpackBundle } from './unpack.js';

it.each(['age-encryption.org/v1\n-> X25519 …', '-----BEGIN AGE ENCRYPTED FILE-----\n'])(
  'reports a bundle that is still encrypted as encrypted, not as damaged: %j',
  async (text) => {
    const bytes = (async function* () {
      yield Buffer.from(text);
    })();
    await expect(unpackBundle(bytes, temporaryDirectory())).rejects.toMatchObject({ code: 'wrong-key' });
  },
);
