import { secret, WakeyError } from '@wakey/core';
import { describe, expect, it, vi } from 'vitest';
import { facts, fakePage, idle, open, settled } from './adapter-rig.js';
import type { Report } from './facts.js';
import type { ProbeAnswer } from './probe-command.js';

describe('open', () => {
  it('adds the probe before it navigates to the page', async () => {
    const { addInitScript, goto } = await open();
    const [installed, went] = [addInitScript, goto].map((call) => call.mock.invocationCallOrder[0] ?? Number.NaN);
    expect(installed).toBeLessThan(went ?? 0);
    expect(addInitScript.mock.calls[0]?.[0]).toContain('wakey.probe');
  });

  it('emits its first signals only after the caller has the open page', async () => {
    const { types } = await open();
    expect(types()).toEqual([]);
    await settled();
    expect(types()).toEqual(['unpaired']);
  });

  it('emits the signals of the newest report that arrived while the page was opening', async () => {
    const fake = fakePage();
    fake.probe.recognize.mockImplementation(async () => {
      fake.report(idle);
      return JSON.stringify(facts);
    });
    const { types } = await open(fake);
    await settled();
    expect(types()).toEqual(['qr-idle']);
  });

  it('adds its probe again when the previous page navigates while the adapter adds it', async () => {
    const fake = fakePage();
    const navigated = new WakeyError('page-navigated', { what: 'Gone.', hint: 'Again.' });
    const expose = vi.spyOn(fake.page, 'expose').mockRejectedValueOnce(navigated);
    await open(fake);
    expect(expose).toHaveBeenCalledTimes(2);
  });

  it('asks again when another document replaces the one that was asked', async () => {
    const fake = fakePage();
    fake.probe.recognize.mockRejectedValueOnce(new WakeyError('page-navigated', { what: 'Gone.', hint: 'Again.' }));
    await open(fake);
    expect(fake.probe.recognize).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['another page', { ...facts, kind: 'foreign' }, 'page-foreign'],
    ['an HTTP error', { ...facts, kind: 'foreign', status: 502 }, 'page-unreachable'],
    ['a page that never finishes loading', { ...facts, kind: 'loading' }, 'page-unreachable'],
  ])('rejects for %s', async (_, first, code) => {
    const fake = fakePage();
    fake.probe.recognize.mockResolvedValue(JSON.stringify(first));
    await expect(open(fake)).rejects.toMatchObject({ code });
  });

  it('rejects with the names of the features that the browser lacks, and does not wait for a code', async () => {
    const fake = fakePage();
    fake.probe.lacks.mockResolvedValue(['Web Locks', 'IndexedDB']);
    await expect(open(fake)).rejects.toMatchObject({
      code: 'browser-unsuitable',
      what: 'The page finds no Web Locks, no IndexedDB.',
      details: { missing: 'Web Locks, IndexedDB' },
    });
  });

  it('checks the page before the browser, because browsers withhold features on a portal over plain http', async () => {
    const fake = fakePage();
    fake.probe.lacks.mockResolvedValue(['secure context', 'Web Locks']);
    fake.probe.recognize.mockResolvedValueOnce(JSON.stringify({ ...facts, kind: 'foreign' }));
    await expect(open(fake)).rejects.toMatchObject({ code: 'page-foreign' });
    await expect(open(fake)).rejects.toMatchObject({
      code: 'browser-unsuitable',
      hint: expect.stringContaining('https'),
    });
  });

  it('rejects with page-unreachable and the cause when a page does not answer in time', async () => {
    const fake = fakePage();
    const late = new WakeyError('timeout', { what: 'Late.', hint: 'Wait.' });
    fake.goto.mockRejectedValue(late);
    await expect(open(fake)).rejects.toMatchObject({ code: 'page-unreachable', cause: late });
  });
});

describe('Reports', () => {
  it('emit a signal when their meaning differs from that of the last report', async () => {
    const { report, types } = await open();
    await settled();
    report({ ...facts, seq: 2, version: '2.3000.1' });
    report({ ...idle, seq: 3 });
    report({ ...facts, seq: 4 });
    report({ ...idle, seq: 5 });
    expect(types()).toEqual(['unpaired', 'qr-idle', 'unpaired', 'qr-idle']);
  });

  it('emit a code once, although its remaining time changes', async () => {
    const { report, types } = await open();
    await settled();
    report({ ...facts, seq: 2, qr: { text: 'code', ttl: 20_000 } });
    report({ ...facts, seq: 3, qr: { text: 'code', ttl: 10_000 } });
    report({ ...facts, seq: 4, qr: { text: 'other', ttl: 10_000 } });
    expect(types()).toEqual(['unpaired', 'qr', 'qr']);
  });

  it('that arrive after a newer report are dropped', async () => {
    const { report, types } = await open();
    await settled();
    report({ ...idle, document: 'd2', seq: 1 });
    report({ ...facts, document: 'd1', seq: 9 });
    expect(types()).toEqual(['unpaired', 'qr-idle']);
  });

  it('of a document on another origin are dropped', async () => {
    const { report, types } = await open();
    await settled();
    report({ ...idle, document: 'd2', origin: 'https://elsewhere.example' });
    expect(types()).toEqual(['unpaired']);
  });

  it('after close emit no signal', async () => {
    const { opened, report, types } = await open();
    opened.close();
    opened.close();
    await settled();
    report(idle);
    expect(types()).toEqual([]);
  });
});

describe('read', () => {
  it('emits all signals of the reading, changed or not', async () => {
    const { opened, probe, types } = await open();
    await settled();
    probe.read.mockResolvedValue(JSON.stringify({ ...facts, seq: 2 }));
    await opened.read();
    expect(types()).toEqual(['unpaired', 'unpaired']);
  });

  it('rejects with the host of failed scripts if the page lacks parts and no script is loading', async () => {
    const { opened, probe } = await open();
    const scripts = { total: 3, pending: 0, failed: ['static.example.net'] };
    const cut: Report = { ...facts, seq: 2, missing: ['require'], isSettled: true, scripts };
    probe.read.mockResolvedValueOnce(JSON.stringify({ ...cut, isSettled: false }));
    await opened.read();
    probe.read.mockResolvedValueOnce(JSON.stringify({ ...cut, missing: [] }));
    await opened.read();
    probe.read.mockResolvedValueOnce(JSON.stringify(cut));
    await expect(opened.read()).rejects.toMatchObject({
      code: 'page-unreachable',
      message: expect.stringContaining('static.example.net'),
      details: { hosts: 'static.example.net' },
    });
  });

  it('accepts the document that answers whatever its clock shows, and reads again if another document reported meanwhile', async () => {
    const { opened, probe, report, types } = await open();
    await settled();
    probe.read.mockResolvedValueOnce(JSON.stringify({ ...idle, document: 'd0' }));
    await opened.read();
    expect(types()).toEqual(['unpaired', 'qr-idle']);
    probe.read.mockImplementationOnce(async () => {
      report({ ...facts, document: 'd3' });
      return JSON.stringify({ ...idle, document: 'd0', seq: 3 });
    });
    probe.read.mockResolvedValueOnce(JSON.stringify({ ...facts, document: 'd3', seq: 2 }));
    await opened.read();
    expect(types()).toEqual(['unpaired', 'qr-idle', 'unpaired', 'unpaired']);
  });

  it('rejects when a new document replaces the page during every reading', async () => {
    const { opened, probe, report } = await open();
    await settled();
    let turn = 10;
    probe.read.mockImplementation(async () => {
      report({ ...facts, document: `d${turn++}` });
      return JSON.stringify({ ...idle, document: 'd1', seq: 3 });
    });
    await expect(opened.read()).rejects.toMatchObject({ code: 'page-navigated' });
  });

  it('rejects when the page is foreign, has another origin or does not answer', async () => {
    const { opened, probe } = await open();
    probe.read.mockResolvedValueOnce(JSON.stringify({ ...facts, seq: 2, kind: 'foreign' }));
    await expect(opened.read()).rejects.toMatchObject({ code: 'page-foreign' });
    probe.read.mockResolvedValueOnce(JSON.stringify({ ...facts, seq: 2, origin: 'https://elsewhere.example' }));
    await expect(opened.read()).rejects.toMatchObject({ code: 'page-foreign' });
    probe.read.mockResolvedValueOnce(undefined);
    await expect(opened.read()).rejects.toMatchObject({ code: 'page-unreachable' });
    await expect(opened.read().then(() => undefined)).resolves.toBeUndefined();
  });

  it('names only the site of the page when it rejects', async () => {
    const { opened, probe } = await open();
    probe.read.mockResolvedValue(JSON.stringify({ ...facts, seq: 2, kind: 'foreign' }));
    await expect(opened.read()).rejects.not.toThrow('hidden');
  });
});

describe('restrictions', () => {
  it('are reported once, as soon as they change', async () => {
    const { report, signals } = await open();
    await settled();
    const ready = { ...facts, isRegistered: true, socket: 'CONNECTED', hasSynced: true, me: '1@c.us' };
    for (const [index, until] of [1, 1, 2].entries()) report({ ...ready, seq: index + 2, timeLock: { until } });
    const told = signals.flatMap((signal) => (signal.type === 'readiness' ? [signal.restrictions] : []));
    expect(told).toEqual([{ timeLock: { until: 1 } }, { timeLock: { until: 2 } }]);
  });
});

describe('perform', () => {
  it('reloads the page from its own address', async () => {
    const { opened, goto, probe } = await open();
    await opened.perform({ type: 'reload' });
    expect(goto).toHaveBeenLastCalledWith('https://web.whatsapp.com/', expect.objectContaining({ until: 'commit' }));
    expect(probe.perform).not.toHaveBeenCalled();
  });

  it('takes over by reloading a page that has stopped silently', async () => {
    const { opened, goto, probe, report } = await open();
    await settled();
    report({ ...facts, seq: 2, isRegistered: true, socket: 'CONNECTED', isStopped: true });
    await opened.perform({ type: 'take-over' });
    expect(goto).toHaveBeenCalledTimes(2);
    expect(probe.perform).not.toHaveBeenCalled();
  });

  const refused = (text: string): ProbeAnswer => ({
    ok: false,
    why: 'refused',
    missing: [],
    error: { name: 'Refusal', text },
  });

  it('hands a readable secret to the page and repeats it in no error', async () => {
    const { opened, probe } = await open();
    probe.perform.mockResolvedValue(refused('ABCD1234 is not a code'));
    const sent = opened.perform({ type: 'submit-link-code', code: secret('ABCD1234') });
    await expect(sent).rejects.toMatchObject({ code: 'page-command-failed' });
    await expect(sent).rejects.toThrow('[secret] is not a code');
    expect(probe.perform.mock.lastCall?.[0]).toMatchObject({ command: { type: 'submit-link-code', code: 'ABCD1234' } });
  });

  it('names the parts that the page lacks', async () => {
    const { opened, probe } = await open();
    probe.perform.mockResolvedValue({
      ok: false,
      why: 'incompatible',
      missing: ['A.b'],
      error: { name: 'Refusal', text: '' },
    });
    await expect(opened.perform({ type: 'refresh-qr' })).rejects.toMatchObject({
      code: 'page-incompatible',
      details: { command: 'refresh-qr', missing: 'A.b' },
    });
  });

  it.each([
    ['with an escape sequence', { ...refused('a\x1b[2Jb') }, 'Refusal a\\u001b[2Jb'],
    ['of 1 MB', { ...refused('x'.repeat(1_000_000)) }, 'unknown form'],
    ['of no known form', { ok: 'maybe' }, 'unknown form'],
    ['that is null', null, 'unknown form'],
  ])('does not repeat an answer of the page %s unchanged', async (_, answer, words) => {
    const { opened, probe } = await open();
    probe.perform.mockResolvedValue(answer as ProbeAnswer);
    const sent = opened.perform({ type: 'refresh-qr' });
    await expect(sent).rejects.toMatchObject({ code: 'page-command-failed' });
    await expect(sent).rejects.toThrow(words);
  });

  it('treats a logout during which the page navigates as accepted and as commanded by Wakey', async () => {
    const { opened, probe, report, signals } = await open();
    await settled();
    const navigated = new WakeyError('page-navigated', { what: 'Gone.', hint: 'Again.' });
    probe.perform.mockRejectedValue(navigated);
    await opened.perform({ type: 'log-out' });
    report({ ...idle, document: 'd2', logout: { isAwaited: false } });
    expect(signals).toContainEqual({ type: 'logged-out', by: 'us', document: 2 });
    await expect(opened.perform({ type: 'reconnect' })).rejects.toBe(navigated);
  });

  it('does not report a later logout as commanded by Wakey when the page refused the command', async () => {
    const { opened, probe, report, signals } = await open();
    await settled();
    probe.perform.mockResolvedValue(refused('no'));
    await expect(opened.perform({ type: 'log-out' })).rejects.toMatchObject({ code: 'page-command-failed' });
    report({ ...idle, document: 'd2', logout: { isAwaited: false } });
    expect(signals).toContainEqual({ type: 'logged-out', by: 'phone', document: 2 });
  });
});
