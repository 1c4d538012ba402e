import { describe, expect, it } from 'vitest';
import type { PageWindow } from './page-window.js';
import { watchScripts } from './scripts.js';

interface FakeScript {
  readonly nodeName: 'SCRIPT';
  readonly src: string;
  readonly type: string;
  readonly noModule: boolean;
  addEventListener(type: string, listener: (event: object) => void): void;
}

const address = 'https://static.example.net/rsrc/a.js?key=hidden';

/**
 * A document to which a test adds scripts, whose ends the test decides. `loads`: the browser's list of finished loads.
 */
function fakeDocument(loads: Readonly<Record<string, object>> = {}) {
  const scripts: FakeScript[] = [];
  const own = new Map<FakeScript, ((event: object) => void)[]>();
  const captured: ((event: object) => void)[] = [];
  const document = {
    readyState: 'loading',
    scripts,
    addEventListener: (_type: string, listener: (event: object) => void) => void captured.push(listener),
  };
  const ofPage: ((event: object) => void)[] = [];
  const page = {
    document,
    addEventListener: (_type: string, listener: (event: object) => void) => void ofPage.push(listener),
    location: { host: 'web.example.org' },
    performance: { getEntriesByName: (name: string) => [loads[name]].filter((load) => load !== undefined) },
  };

  return {
    document,
    page: page as unknown as PageWindow,
    add(src: string, rest: Partial<FakeScript> = {}): FakeScript {
      const script: FakeScript = {
        nodeName: 'SCRIPT',
        src,
        type: '',
        noModule: false,
        addEventListener: (_type, listener) => void own.set(script, [...(own.get(script) ?? []), listener]),
        ...rest,
      };
      scripts.push(script);
      return script;
    },
    /** Reports that the browser could not run a script. */
    throwIn(filename: string, error: Error) {
      for (const listener of ofPage) listener({ filename, error, message: `Uncaught ${error}` });
    },
    /** `isGone`: the page has removed the element from the document, so that the document gets no event. */
    end(script: FakeScript, type: 'load' | 'error', isGone = false) {
      const event = { type, target: script };
      for (const listener of own.get(script) ?? []) listener(event);
      if (!isGone) for (const listener of captured) listener(event);
    },
  };
}

const start = (fake: ReturnType<typeof fakeDocument>) => watchScripts(fake.page, () => undefined);

describe('The scripts of a document', () => {
  it('are pending until they have run or failed; a failure names only their host', () => {
    const fake = fakeDocument();
    const scripts = start(fake);
    const [good, bad] = [fake.add(address), fake.add('https://static.example.net:8443/b.js')];
    scripts.look();
    expect(scripts.read()).toEqual({ total: 2, pending: 2, failed: [] });
    fake.end(good, 'load');
    fake.end(bad, 'error');
    expect(scripts.read()).toEqual({ total: 2, pending: 0, failed: ['static.example.net:8443'] });
  });

  it('count when they end before the first look, and when the page has removed them', () => {
    const fake = fakeDocument();
    const scripts = start(fake);
    fake.end(fake.add(address), 'error');
    expect(scripts.read()).toEqual({ total: 1, pending: 0, failed: ['static.example.net'] });
    const gone = fake.add('https://other.example.net/b.js');
    scripts.look();
    fake.end(gone, 'error', true);
    expect(scripts.read().failed).toEqual(['static.example.net', 'other.example.net']);
  });

  it('have failed when an HTML document came instead, until a second attempt loads the script', () => {
    const fake = fakeDocument();
    const scripts = start(fake);
    const first = fake.add(address);
    fake.throwIn(address, new SyntaxError("Unexpected token '<'"));
    fake.end(first, 'load');
    expect(scripts.read()).toEqual({ total: 1, pending: 0, failed: ['static.example.net'] });
    fake.end(fake.add(address), 'load');
    expect(scripts.read().failed).toEqual([]);
  });

  it('have arrived even if one throws or has syntax that the browser does not support', () => {
    const fake = fakeDocument();
    const scripts = start(fake);
    const script = fake.add(address);
    scripts.look();
    fake.throwIn(address, new TypeError("'<' is not a function"));
    fake.throwIn(address, new SyntaxError("Unexpected token '?.'"));
    fake.end(script, 'load');
    expect(scripts.read()).toEqual({ total: 1, pending: 0, failed: [] });
  });

  it('have not failed once the page’s second attempt succeeds', () => {
    const fake = fakeDocument();
    const scripts = start(fake);
    fake.end(fake.add(address), 'error');
    const again = fake.add(address);
    scripts.look();
    expect(scripts.read()).toEqual({ total: 1, pending: 1, failed: [] });
    fake.end(again, 'load');
    expect(scripts.read()).toEqual({ total: 1, pending: 0, failed: [] });
  });

  it.each([
    ['inside the document', '', {}],
    ['of data', 'https://web.example.org/a.json', { type: 'application/json' }],
    ['for browsers without modules', address, { noModule: true }],
    ['from no host', 'data:text/javascript,1', {}],
  ])('do not count scripts %s', (_, src, rest) => {
    const fake = fakeDocument();
    fake.add(src, rest);
    expect(start(fake).read()).toEqual({ total: 0, pending: 0, failed: [] });
  });

  it.each([
    ['has loaded', { responseStatus: 200, decodedBodySize: 9 }, 'arrived'],
    ['was refused with a status', { responseStatus: 503, decodedBodySize: 9 }, 'failed'],
    ['never got an answer', { responseStatus: 0, decodedBodySize: 0 }, 'failed'],
  ])('of the page’s own host that %s before the probe started have that result', (_, load, fate) => {
    const fake = fakeDocument({ 'https://web.example.org/a.js': load });
    fake.add('https://web.example.org/a.js');
    expect(start(fake).read()).toEqual({ total: 1, pending: 0, failed: fate === 'failed' ? ['web.example.org'] : [] });
  });

  it('of another host count as arrived if the browser hides how they ended', () => {
    const fake = fakeDocument({ [address]: { responseStatus: 0, decodedBodySize: 0 } });
    fake.add(address);
    expect(start(fake).read()).toEqual({ total: 1, pending: 0, failed: [] });
  });

  it('are not pending in a complete document whose parser met them before the probe started', () => {
    const fake = fakeDocument();
    fake.add(address);
    const scripts = start(fake);
    scripts.look();
    expect(scripts.read().pending).toBe(1);
    fake.document.readyState = 'complete';
    scripts.look();
    expect(scripts.read().pending).toBe(0);
  });

  it('are counted up to a limit, and at most five hosts are named', () => {
    const fake = fakeDocument();
    const scripts = start(fake);
    for (let nth = 0; nth < 1_500; nth += 1) fake.end(fake.add(`https://h${nth}.example.net/`), 'error');
    scripts.look();
    expect(scripts.read()).toMatchObject({ total: 1_000, pending: 0, failed: { length: 5 } });
  });

  it('leave a page readable that replaces the list of its scripts', () => {
    const fake = fakeDocument();
    Object.assign(fake.document, { scripts: null });
    expect(start(fake).read()).toEqual({ total: 0, pending: 0, failed: [] });
  });
});
