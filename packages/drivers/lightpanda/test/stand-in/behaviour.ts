import { openProbeSite, type ProbeSite } from '../probe-site.ts';
import { openRawPage, type RawPage, startRaw } from '../raw-client.ts';

/** What a Lightpanda does, without any driver, where the driver depends on it. Equal for a stand-in and its original. */
export async function behaviourOf(executable: string): Promise<unknown> {
  const raw = await startRaw(executable, ['--http-timeout', '0']);
  const site = await openProbeSite();
  const page = await openRawPage(raw.address);
  try {
    await page.send('Page.enable');
    await page.send('Runtime.enable');
    return {
      version: (await page.client.send('LP.version', {})) as unknown,
      methods: await methods(page),
      navigation: await navigation(page, site),
      engine: await engine(page, site),
      cookies: await cookies(page),
      targets: await targets(page),
    };
  } finally {
    await page.close();
    site.close();
    await raw.end();
  }
}

async function methods({ refusal }: RawPage) {
  const names = ['DOMStorage.enable', 'Browser.close', 'Nope', 'Debugger.enable', 'Page.handleJavaScriptDialog'];
  const refusals = names.map(async (name) => [name, await refusal(name, { accept: true })]);
  return Object.fromEntries(await Promise.all(refusals));
}

async function navigation(page: RawPage, { url, deadUrl }: ProbeSite) {
  const goTo = (path: string) => page.send('Page.navigate', { url: `${url}${path}` });
  const here = () => page.evaluate('location.pathname + location.hash');
  const statuses: number[] = [];
  page.onEvent(({ method, params }) => {
    if (method === 'Network.responseReceived') statuses.push((params as Received).response.status);
  });
  await goTo('/page');
  await page.evaluate('window.kept = 1');
  page.events();
  const endless = goTo('/endless');
  // The command must not be answered while the body has no end. A stand-in evaluates nothing then, so only its events are looked at.
  const first = await Promise.race([endless, new Promise((done) => setTimeout(done, 500, 'no answer'))]);
  const whileEndless = [first, page.events().includes('Page.frameNavigated')];
  await page.send('Page.stopLoading');
  const stopped = (await endless).errorText;
  const afterStop = [await here(), await page.evaluate('window.kept')];
  await goTo('/page');
  await page.evaluate('window.kept = 1');
  const fragment = await goTo('/page#there');
  const afterFragment = [fragment.loaderId !== undefined, await here(), await page.evaluate('typeof window.kept')];
  await page.send('Network.enable');
  const nothing = await goTo('/nothing');
  await page.send('Network.disable');
  const afterNothing = [nothing.errorText, await here(), statuses.at(-1)];
  await goTo('/picture');
  const picture = await page.evaluate(
    'new Promise((done) => document.readyState === "complete" ? done("complete") : addEventListener("load", () => done("complete")))',
  );
  const refused = (await page.send('Page.navigate', { url: deadUrl })).errorText;
  return { whileEndless, stopped, afterStop, afterFragment, afterNothing, picture, refused };
}

interface Received {
  readonly response: { readonly status: number };
}

async function engine(page: RawPage, { url }: ProbeSite) {
  await page.send('Page.navigate', { url: `${url}/throw` });
  // Up to 1.0.0 no event reports an exception in a timer: the timer with the exception is over by then.
  const inTimer = await page.evaluate('new Promise((done) => setTimeout(() => done(String(window.seen)), 50))');
  await page.send('Page.navigate', { url: `${url}/page` });
  const types = [
    'navigator.locks',
    'CompressionStream',
    'globalThis.caches',
    'navigator.serviceWorker',
    'indexedDB.databases',
  ];
  const has = Object.fromEntries(
    await Promise.all(types.map(async (name) => [name, (await page.evaluate(`typeof ${name}`)) !== 'undefined'])),
  );
  // Without `LP.configureLoading` a worker must never answer.
  const worker = await page.evaluate(`new Promise((done) => {
    const worker = new Worker('data:text/javascript,postMessage(1)');
    worker.onmessage = () => done('runs');
    setTimeout(done, 500, 'never runs');
  })`);
  return {
    ...has,
    worker,
    inTimer: String(inTimer).replace('Uncaught ', ''),
    isSecureContext: await page.evaluate('isSecureContext'),
    confirm: await page.evaluate('confirm("sure?")'),
    key: await page.evaluate(`crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt'])
      .then((key) => structuredClone(key)).catch(({ name }) => name)`),
    canvas: await page.evaluate(`(() => {
      const pen = document.createElement('canvas').getContext('2d');
      pen.fillRect(0, 0, 4, 4);
      return [...pen.getImageData(1, 1, 1, 1).data];
    })()`),
  };
}

async function cookies(page: RawPage) {
  const kept = async (more: object) => {
    await page.send('Storage.clearCookies');
    const answer = await page.refusal('Storage.setCookies', {
      cookies: [{ name: 'a', value: 'b', url: 'http://one.test/', ...more }],
    });
    const all = (await page.send('Storage.getCookies')).cookies as readonly Record<string, unknown>[];
    return [answer, all.map(({ name, domain, session, sameSite = 'absent' }) => ({ name, domain, session, sameSite }))];
  };
  return {
    plain: await kept({}),
    'expires: -1': await kept({ expires: -1 }),
    'name "a;b"': await kept({ name: 'a;b' }),
    'sameParty: false': await kept({ sameParty: false }),
    'sourceScheme: Secure': await kept({ sourceScheme: 'Secure' }),
    'sameSite: Strict': await kept({ sameSite: 'Strict' }),
  };
}

async function targets({ client, refusal }: RawPage) {
  const refusals = [
    await refusal('Target.createBrowserContext'),
    await refusal('Target.createTarget', { url: 'about:blank' }),
  ];
  const told: string[] = [];
  client.on('event', ({ method }) => told.push(method));
  const { targetInfos } = (await client.send('Target.getTargets', {})) as { targetInfos: [{ targetId: string }] };
  await client.send('Target.closeTarget', { targetId: targetInfos[0].targetId });
  await client.send('Target.getTargets', {});
  return { refusals, closed: told.filter((name) => name.startsWith('Target.') || name.startsWith('Inspector.')) };
}
