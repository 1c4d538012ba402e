// Bundles the page into src/generated/page.ts, so that the package can serve the page without reading files.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url);
const { outputFiles } = await build({
  entryPoints: [new URL('src/page/main.ts', root).pathname],
  bundle: true,
  write: false,
  format: 'iife',
  target: 'chrome120',
  charset: 'utf8',
});
const style = await readFile(new URL('src/page/view/page.css', root), 'utf8');
const module = `/** The page's script, as one classic script. */
export const pageScript: string = ${JSON.stringify(outputFiles[0].text)};

/** The page's style sheet. */
export const pageStyle: string = ${JSON.stringify(style)};
`;
await mkdir(new URL('src/generated/', root), { recursive: true });
await writeFile(new URL('src/generated/page.ts', root), module);
