import { describe, expect, it } from 'vitest';
import type { Session } from '../session.js';
import { followDocuments } from './documents.js';

const OLD = { id: 'main', loaderId: 'old', url: 'http://site/old' };
const NEW = { id: 'main', loaderId: 'new', url: 'http://site/new' };

/** A browser whose answers wait for the test, so that an answer and an event can arrive in one chunk. */
function openBrowser() {
  const listeners = new Map<string, (params: unknown) => void>();
  const asked: ((frame: object) => void)[] = [];
  const session = {
    send: (method: string) =>
      method === 'Page.getFrameTree'
        ? new Promise((resolve) => asked.push((frame) => resolve({ frameTree: { frame } })))
        : Promise.resolve({}),
    on: (event: string, listener: (params: unknown) => void) => void listeners.set(event, listener),
  } as unknown as Session;
  return {
    session,
    answer: (frame: object) => asked.shift()?.(frame),
    waiting: () => asked.length,
    tell: (event: string, params: object) => listeners.get(event)?.(params),
  };
}

async function openOn(frame: object) {
  const browser = openBrowser();
  const following = followDocuments(browser.session);
  browser.answer(frame);
  return { ...browser, documents: await following };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('a late answer about the frames', () => {
  it('never overwrites a document that arrived after it in one chunk', async () => {
    const { documents, answer, tell } = await openOn(OLD);
    const refreshing = documents.refresh();
    answer(OLD);
    tell('Page.frameNavigated', { frame: NEW });
    await turn();
    expect(documents.url()).toBe(NEW.url);
    answer(NEW);
    await refreshing;
    expect(documents.url()).toBe(NEW.url);
  });

  it('never overwrites a document whose event overtook it', async () => {
    const { documents, answer, tell } = await openOn(OLD);
    const refreshing = documents.refresh();
    tell('Page.frameNavigated', { frame: NEW });
    answer(OLD);
    await turn();
    answer(NEW);
    await refreshing;
    expect(documents.url()).toBe(NEW.url);
  });

  it('never overwrites a fragment that arrived after it in one chunk', async () => {
    const { documents, answer, tell } = await openOn(OLD);
    const refreshing = documents.refresh();
    answer(OLD);
    tell('Page.navigatedWithinDocument', { frameId: 'main', url: `${OLD.url}#there` });
    await turn();
    answer({ ...OLD, urlFragment: '#there' });
    await refreshing;
    expect(documents.url()).toBe(`${OLD.url}#there`);
  });

  it('is requested again, because an event on the way may be older than the answer', async () => {
    const { documents, answer, tell } = await openOn(OLD);
    const refreshing = documents.refresh();
    tell('Page.frameNavigated', { frame: NEW });
    answer({ ...NEW, urlFragment: '#there' });
    await turn();
    answer({ ...NEW, urlFragment: '#there' });
    await refreshing;
    expect(documents.url()).toBe(`${NEW.url}#there`);
  });

  it('is requested a limited number of times from a page that keeps navigating', async () => {
    const { documents, answer, tell, waiting } = await openOn(OLD);
    let isDone = false;
    const refreshing = documents.refresh().then(() => {
      isDone = true;
    });
    for (let n = 0; !isDone && n < 100; n += 1) {
      tell('Page.navigatedWithinDocument', { frameId: 'main', url: `${OLD.url}#${n}` });
      answer(OLD);
      await turn();
    }
    expect(waiting()).toBe(0);
    await refreshing;
    expect(documents.url()).toMatch(/#\d+$/);
  });
});

describe('the first answer about the frames', () => {
  it('never hides a document that arrived after it in one chunk', async () => {
    const { session, answer, tell } = openBrowser();
    const following = followDocuments(session);
    answer(OLD);
    tell('Page.frameNavigated', { frame: NEW });
    await turn();
    answer(NEW);
    const documents = await following;
    expect(documents.url()).toBe(NEW.url);
    expect(documents.count()).toBe(1);
  });
});
