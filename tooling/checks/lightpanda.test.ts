import { expect, it } from 'vitest';
import { skippedIn } from './lightpanda.ts';

const line = (version: string, executable?: string) => `${JSON.stringify({ event: 'browser', version, executable })}\n`;

it('names the versions of Lightpanda that are not installed, and the command that installs them', () => {
  const words = skippedIn(line('1.0.2') + line('1.0.1', '/cache/lightpanda') + line('0.4.1.post1'));
  expect(words).toContain('Lightpanda 1.0.2, 0.4.1.post1.');
  expect(words).toContain('npx wakey browser install lightpanda@all');
});

it('says nothing if every version is installed', () => {
  expect(skippedIn(line('1.0.2', '/one') + line('1.0.1', '/other'))).toBeUndefined();
});
