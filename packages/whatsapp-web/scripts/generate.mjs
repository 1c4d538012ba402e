// Bundles the probe into src/generated/probe.ts, as a string that the package can send to a page.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url);
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('src/probe/main.ts', root))],
  bundle: true,
  write: false,
  format: 'iife',
  globalName: 'probe',
  target: 'chrome120',
  charset: 'utf8',
  conditions: ['wakey:source'],
});
const module = `/** The probe's script; it declares \`probe\` with \`install\`. */
export const probeScript: string = ${JSON.stringify(outputFiles[0].text)};
`;
await mkdir(new URL('src/generated/', root), { recursive: true });
await writeFile(new URL('src/generated/probe.ts', root), module);
