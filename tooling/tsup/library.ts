import { defineConfig } from 'tsup';

/** The build of a published library: ESM and declarations. A package's tsup.config.ts re-exports it as its default. */
export const library = defineConfig({
  entry: ['src/index.ts'],
  format: 'esm',
  target: 'node22',
  platform: 'node',
  dts: true,
  sourcemap: true,
  clean: true,
});
