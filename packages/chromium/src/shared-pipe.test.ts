import { describe, expect, it } from 'vitest';
import type { MessagePipe } from './pipe.js';
import { sharePipe } from './shared-pipe.js';

function open() {
  const sent: { readonly id: number; readonly method: string; readonly sessionId?: string }[] = [];
  const heard: string[] = [];
  const pipe: MessagePipe = { send: (message) => void sent.push(JSON.parse(message)), close: () => undefined };
  const shared = sharePipe(pipe);
  shared.theirs.onmessage = (message) => void heard.push(message);
  const say = (message: object) => pipe.onmessage?.(JSON.stringify(message));
  return { pipe, shared, sent, heard, say };
}

describe('a pipe that is shared with a library', () => {
  it('delivers answers to Wakey and to the library in any order', async () => {
    const { shared, sent, heard, say } = open();
    const first = shared.send('Our.first', {});
    const second = shared.send('Our.second', {}, 'S1');
    shared.theirs.send(JSON.stringify({ id: 1, method: 'Their.first' }));
    expect(sent.map(({ method }) => method)).toEqual(['Our.first', 'Our.second', 'Their.first']);
    expect(sent[1]?.sessionId).toBe('S1');
    say({ id: sent[1]?.id, result: { of: 'second' }, sessionId: 'S1' });
    say({ id: 1, result: {} });
    say({ id: sent[0]?.id, error: { message: 'no such thing' } });
    await expect(second).resolves.toEqual({ of: 'second' });
    await expect(first).rejects.toThrow('Our.first: no such thing');
    expect(heard).toEqual([JSON.stringify({ id: 1, result: {} })]);
  });

  it('withholds from the library only the events of Wakey’s sessions', () => {
    const { shared, heard, say } = open();
    const told: string[] = [];
    shared.claim('OURS', (method) => void told.push(method));
    const theirs = { method: 'Their.event', params: { text: '"sessionId":"OURS"}' }, sessionId: 'THEIRS' };
    say({ method: 'Our.event', params: {}, sessionId: 'OURS' });
    say(theirs);
    say({ method: 'Browser.event', params: {} });
    expect(told).toEqual(['Our.event']);
    expect(heard.map((text) => JSON.parse(text).method)).toEqual(['Their.event', 'Browser.event']);
  });

  it('passes to the library answers for which Wakey does not wait, and the end of the pipe', () => {
    const { pipe, shared, heard, say } = open();
    let isOver = false;
    shared.theirs.onclose = () => {
      isOver = true;
    };
    say({ id: 2_000_000_999, result: {} });
    pipe.onclose?.();
    expect([heard.length, isOver]).toEqual([1, true]);
  });

  it('delivers a held message to the library when its judge passes it on', () => {
    const { shared, heard, say } = open();
    const passes: (() => void)[] = [];
    shared.hold('{"method":"Their.held"', (_, pass) => void passes.push(pass));
    say({ method: 'Their.held', params: {} });
    say({ method: 'Their.other', params: {} });
    expect(heard.map((text) => JSON.parse(text).method)).toEqual(['Their.other']);
    passes[0]?.();
    expect(heard.map((text) => JSON.parse(text).method)).toEqual(['Their.other', 'Their.held']);
  });
});

it('reports to a library that listens too late that the pipe has closed', async () => {
  const pipe: MessagePipe = { send: () => undefined, close: () => undefined };
  const { theirs } = sharePipe(pipe);
  pipe.onclose?.();
  const closed = new Promise<void>((resolve) => {
    theirs.onclose = resolve;
  });
  theirs.send('{"id":1}');
  await closed;
});
