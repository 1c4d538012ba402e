import { defineConfig } from 'tsup';
import { library } from '../../tooling/tsup/library.ts';

/** Two entries: a program that only encodes does not load zod. */
export default defineConfig({ ...library, entry: ['src/index.ts', 'src/decode.ts'], platform: 'neutral' });
