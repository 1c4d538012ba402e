export { type FilesystemStoreOptions, filesystemStore } from './filesystem-store.js';
