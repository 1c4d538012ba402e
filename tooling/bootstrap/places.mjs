import { join, resolve } from 'node:path';

/** The root of the clone. */
export const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');

/** Everything the set-up writes besides node_modules and dist; git-ignored. */
export const wakeyFolder = join(root, '.wakey');

/** The raw output of each step. */
export const logFolder = join(wakeyFolder, 'logs');

/** The pinned Node, brought by the npm package `node`. */
export const pinnedNode = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
