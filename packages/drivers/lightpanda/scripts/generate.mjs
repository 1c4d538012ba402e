// Bundles the scripts that run inside the page into strings of src/generated/bridge.ts.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../src/', import.meta.url);
const parts = { install: 'installSource', restore: 'restoreSource', trial: 'trialSource' };

const lines = await Promise.all(
  Object.entries(parts).map(async ([file, name]) => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL(`bridge/${file}.ts`, root))],
      bundle: true,
      write: false,
      minify: true,
      format: 'iife',
      globalName: 'wakey',
      target: 'es2022',
    });
    return `export const ${name} = ${JSON.stringify(outputFiles[0].text)};\n`;
  }),
);
await mkdir(new URL('generated/', root), { recursive: true });
await writeFile(new URL('generated/bridge.ts', root), lines.join(''));
