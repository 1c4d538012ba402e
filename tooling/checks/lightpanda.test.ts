import { expect, it } from 'vitest';
import { lightpandasIn, otherDrivers, wordsOn } from './lightpanda.ts';

const line = (version: string, executable?: string) => `${JSON.stringify({ event: 'browser', version, executable })}\n`;

it('names the versions of Lightpanda that are not installed, and the command that installs them', () => {
  const words = wordsOn(lightpandasIn(line('1.0.2') + line('1.0.1', '/cache/lightpanda') + line('0.4.1.post1')));
  expect(words).toContain('Lightpanda 1.0.2, 0.4.1.post1.');
  expect(words).toContain('npx wakey browser install lightpanda@all');
});

it('says nothing if every version is installed', () => {
  expect(wordsOn(lightpandasIn(line('1.0.2', '/one') + line('1.0.1', '/other')))).toBeUndefined();
});

it('says so if nobody knows which versions are installed', () => {
  expect(wordsOn({ unknown: 'the command ended with 1' })).toContain('the command ended with 1');
});

it('runs the lifecycle on Lightpanda only if one is installed', () => {
  expect(otherDrivers(lightpandasIn(line('1.0.2', '/one') + line('1.0.1')))).toContain('lightpanda');
  expect(otherDrivers(lightpandasIn(line('1.0.2')))).not.toContain('lightpanda');
  expect(otherDrivers({ unknown: 'the command ended with 1' })).not.toContain('lightpanda');
});
