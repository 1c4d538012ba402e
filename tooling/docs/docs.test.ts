import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { publishedPackages, root } from '../workspaces.ts';
import { problemWith } from './commands.ts';
import { commands, fences, localLinks, pages } from './markdown.ts';
import { typeErrors } from './snippets.ts';

describe('the documentation', () => {
  it('shows only TypeScript that type-checks', () => {
    expect(typeErrors(pages())).toEqual([]);
  });

  it('shows only commands that exist', () => {
    const problems = pages().flatMap(({ path, text }) =>
      commands(text).flatMap((command) => {
        const problem = problemWith(command);
        return problem ? [`${path}: \`${command}\`: ${problem}`] : [];
      }),
    );
    expect(problems).toEqual([]);
  });

  it('links only to files that exist', () => {
    const broken = pages().flatMap(({ path, text }) =>
      localLinks(text)
        .filter((target) => !existsSync(join(root, dirname(path), target)))
        .map((target) => `${path} links to ${target}`),
    );
    expect(broken).toEqual([]);
  });
});

describe('the README', () => {
  it('describes every published package', () => {
    const readme = pages().find(({ path }) => path === 'README.md')?.text ?? '';
    const names = publishedPackages().map(({ name }) => name);
    expect(names.filter((name) => !readme.includes(`| [\`${name}\`](`))).toEqual([]);
  });
});

describe('the checks of the documentation', () => {
  const page = [
    '# A',
    '```ts',
    "const n: number = 'one';",
    '```',
    '```ts nocheck',
    '%%',
    '```',
    '```sh',
    '$ npm run gone  # why',
    '```',
  ].join('\n');

  it('find a type error and name its line', () => {
    expect(typeErrors([{ path: 'x.md', text: page }])).toEqual([
      "x.md:3 Type 'string' is not assignable to type 'number'.",
    ]);
  });

  it('find fences with their words and lines', () => {
    expect(fences(page).map(({ words, line }) => [words.join(' '), line])).toEqual([
      ['ts', 3],
      ['ts nocheck', 6],
      ['sh', 9],
    ]);
  });

  it('find commands in blocks and in the text', () => {
    expect(commands(`${page}\nRun \`pnpm nothing\` or \`ls\`.`)).toEqual(['npm run gone', 'pnpm nothing']);
  });

  it.each([
    ['npm run gone', 'there is no script "gone"'],
    ['pnpm nothing', 'there is no script "nothing"'],
    ['pnpm --filter @wakey/none test', 'there is no package "@wakey/none"'],
    ['pnpm proof luck', 'there is no proof "luck"'],
    ['npx wakey fly', 'wakey has no command "fly"'],
    ['npm test', undefined],
    ['npm run demo -- --keep', undefined],
    ['pnpm proof <name> --seed 7', undefined],
    ['pnpm biome check --write .', undefined],
  ])('say of `%s`: %s', (command, problem) => {
    expect(problemWith(command)).toBe(problem);
  });

  it('find links inside the repository', () => {
    expect(localLinks('[a](docs/a.md#b) [c](https://example.org) [d](#e)')).toEqual(['docs/a.md']);
  });
});
