import { join } from 'node:path';
import { root } from '../workspaces.ts';

/** Where the end-to-end tests live; they have a Vitest run of their own. */
export const e2eFolder = join(root, 'e2e');

/** Machine-readable results of test runs. Git-ignored. */
export const reportFolder = join(root, '.wakey/reports');
