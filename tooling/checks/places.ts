import { join } from 'node:path';
import { root } from '../workspaces.ts';

/** The folder of the end-to-end tests, which have a Vitest run of their own. */
export const e2eFolder = join(root, 'e2e');

/** Machine-readable results of test runs. Git-ignored. */
export const reportFolder = join(root, '.wakey/reports');
