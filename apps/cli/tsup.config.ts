import { defineConfig } from 'tsup';
import { library } from '../../tooling/tsup/library.ts';

/** A program: no declarations, since nobody imports it. */
export default defineConfig({ ...library, entry: ['src/wakey.ts'], dts: false });
