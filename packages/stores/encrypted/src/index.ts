export { decryptBytes, encryptBytes } from './age.js';
export { type EncryptedStoreOptions, encryptedStore } from './encrypted-store.js';
export { type GeneratedKey, generateKey, parseKeyFile } from './key-file.js';
export { keylessStore } from './keyless-store.js';
export { type EncryptionKeys, type KeyPair, recipientOf } from './keys.js';
export { type Reencryption, type ReencryptOptions, reencrypt } from './reencrypt.js';
