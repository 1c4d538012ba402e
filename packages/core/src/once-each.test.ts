import { expect, it } from 'vitest';
import { onceEach } from './once-each.js';

it('passes each message on once, however often it comes', () => {
  const heard: string[] = [];
  const warn = onceEach<Error>(({ message }) => heard.push(message));
  for (const message of ['one', 'two', 'one', 'two', 'three']) warn(new Error(message));
  expect(heard).toEqual(['one', 'two', 'three']);
});
