import { join, resolve } from 'node:path';

/** The root of the clone. */
export const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');

/** The folder for everything that the set-up writes, except node_modules and dist. Git ignores it. */
export const wakeyFolder = join(root, '.wakey');

/** The raw output of each step. */
export const logFolder = join(wakeyFolder, 'logs');

/** The pinned Node, which the npm package `node` installs. */
export const pinnedNode = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
