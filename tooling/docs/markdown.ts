import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspaces.ts';

/** A Markdown file that people read. */
export interface Page {
  /** The path relative to the root. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block: its language words (`ts`, `sh`) and its text. */
export interface Fence {
  readonly words: readonly string[];
  readonly text: string;
  /** The number of its first line in the page, from 1. */
  readonly line: number;
}

/** The README, the guides and the packages' READMEs, but no generated surfaces and no changesets. */
export function pages(): readonly Page[] {
  const top = readdirSync(root).filter((file) => file.endsWith('.md'));
  const nested = ['docs', 'packages', 'apps', 'e2e', 'bench'].flatMap((folder) =>
    existsSync(join(root, folder)) ? markdownBelow(folder) : [],
  );
  return [...top, ...nested].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function markdownBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist', '.turbo'].includes(entry.name) ? [] : markdownBelow(path);
    const generated = ['surface.md', 'CHANGELOG.md'].includes(entry.name);
    return entry.name.endsWith('.md') && !generated ? [path] : [];
  });
}

/** The fenced blocks of a page. */
export function fences(text: string): readonly Fence[] {
  return [...text.matchAll(/^( *)```([^\n`]*)\n([\s\S]*?)^\1```$/gm)].map((match) => ({
    words: (match[2] ?? '').trim().split(/\s+/),
    text: match[3] ?? '',
    line: text.slice(0, match.index).split('\n').length + 1,
  }));
}

/** The commands that a page shows, in fenced shell blocks (with or without a `$ `) and in `code`. */
export function commands(text: string): readonly string[] {
  const shells = fences(text).filter(({ words }) => ['sh', 'bash', 'console'].includes(words[0] ?? ''));
  const lines = shells.flatMap((fence) => fence.text.split('\n').map((line) => line.replace(/^\$ /, '').trim()));
  const inline = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
  return [...lines, ...inline]
    .filter((line) => /^(npm|pnpm|npx) /.test(line))
    .map((line) => line.replace(/\s+#.*$/, ''));
}

/** The targets of a page's links into the repository, without the part after `#`. */
export function localLinks(text: string): readonly string[] {
  return [...text.replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => (match[1] ?? '').replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}
