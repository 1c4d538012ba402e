import { secret, WakeyError } from '@wakey/core';
import { describe, expect, it, vi } from 'vitest';
import { facts, fakePage, idle, open, settled } from './adapter-rig.js';
import type { Report } from './facts.js';
import type { ProbeAnswer } from './probe-command.js';

describe('open', () => {
  it('puts the probe in before it goes to the page', async () => {
    const { addInitScript, goto } = await open();
    const [installed, went] = [addInitScript, goto].map((call) => call.mock.invocationCallOrder[0] ?? Number.NaN);
    expect(installed).toBeLessThan(went ?? 0);
    expect(addInitScript.mock.calls[0]?.[0]).toContain('wakey.probe');
  });

  it('tells what it read only after whoever called knows that the page is open', async () => {
    const { types } = await open();
    expect(types()).toEqual([]);
    await settled();
    expect(types()).toEqual(['unpaired']);
  });

  it('tells the newest of what was reported on the way', async () => {
    const fake = fakePage();
    fake.probe.recognize.mockImplementation(async () => {
      fake.report(idle);
      return JSON.stringify(facts);
    });
    const { types } = await open(fake);
    await settled();
    expect(types()).toEqual(['qr-idle']);
  });

  it('puts its probe in again when the page that was there gives way to another on the way', async () => {
    const fake = fakePage();
    const navigated = new WakeyError('page-navigated', { what: 'Gone.', hint: 'Again.' });
    const expose = vi.spyOn(fake.page, 'expose').mockRejectedValueOnce(navigated);
    await open(fake);
    expect(expose).toHaveBeenCalledTimes(2);
  });

  it('tries again when the document gives way to another', async () => {
    const fake = fakePage();
    fake.probe.recognize.mockRejectedValueOnce(new WakeyError('page-navigated', { what: 'Gone.', hint: 'Again.' }));
    await open(fake);
    expect(fake.probe.recognize).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['another page', { ...facts, kind: 'foreign' }, 'page-foreign'],
    ['an HTTP error', { ...facts, kind: 'foreign', status: 502 }, 'page-unreachable'],
    ['a page that does not get through loading', { ...facts, kind: 'loading' }, 'page-unreachable'],
  ])('rejects for %s', async (_, first, code) => {
    const fake = fakePage();
    fake.probe.recognize.mockResolvedValue(JSON.stringify(first));
    await expect(open(fake)).rejects.toMatchObject({ code });
  });

  it('names what the browser lacks, instead of waiting for a code that cannot come', async () => {
    const fake = fakePage();
    fake.probe.lacks.mockResolvedValue(['Web Locks', 'IndexedDB']);
    await expect(open(fake)).rejects.toMatchObject({
      code: 'browser-unsuitable',
      details: { missing: 'Web Locks, IndexedDB' },
    });
  });

  it('judges the page before the browser: what a portal over plain http withholds is no lack of the browser', async () => {
    const fake = fakePage();
    fake.probe.lacks.mockResolvedValue(['a secure context', 'Web Locks']);
    fake.probe.recognize.mockResolvedValueOnce(JSON.stringify({ ...facts, kind: 'foreign' }));
    await expect(open(fake)).rejects.toMatchObject({ code: 'page-foreign' });
    await expect(open(fake)).rejects.toMatchObject({
      code: 'browser-unsuitable',
      hint: expect.stringContaining('https'),
    });
  });

  it('calls a page that does not answer in time unreachable, and keeps the cause', async () => {
    const fake = fakePage();
    const late = new WakeyError('timeout', { what: 'Late.', hint: 'Wait.' });
    fake.goto.mockRejectedValue(late);
    await expect(open(fake)).rejects.toMatchObject({ code: 'page-unreachable', cause: late });
  });
});

describe('Reports', () => {
  it('are told when they mean something else than the last ones', async () => {
    const { report, types } = await open();
    await settled();
    report({ ...facts, seq: 2, version: '2.3000.1' });
    report({ ...idle, seq: 3 });
    report({ ...facts, seq: 4 });
    report({ ...idle, seq: 5 });
    expect(types()).toEqual(['unpaired', 'qr-idle', 'unpaired', 'qr-idle']);
  });

  it('tell a code once however little time it has left', async () => {
    const { report, types } = await open();
    await settled();
    report({ ...facts, seq: 2, qr: { text: 'code', ttl: 20_000 } });
    report({ ...facts, seq: 3, qr: { text: 'code', ttl: 10_000 } });
    report({ ...facts, seq: 4, qr: { text: 'other', ttl: 10_000 } });
    expect(types()).toEqual(['unpaired', 'qr', 'qr']);
  });

  it('that were overtaken are left out', async () => {
    const { report, types } = await open();
    await settled();
    report({ ...idle, document: 'd2', seq: 1 });
    report({ ...facts, document: 'd1', seq: 9 });
    expect(types()).toEqual(['unpaired', 'qr-idle']);
  });

  it('of a document on another origin are none of ours', async () => {
    const { report, types } = await open();
    await settled();
    report({ ...idle, document: 'd2', origin: 'https://elsewhere.example' });
    expect(types()).toEqual(['unpaired']);
  });

  it('after close are not told', async () => {
    const { opened, report, types } = await open();
    opened.close();
    opened.close();
    await settled();
    report(idle);
    expect(types()).toEqual([]);
  });
});

describe('read', () => {
  it('tells all there is, changed or not', async () => {
    const { opened, probe, types } = await open();
    await settled();
    probe.read.mockResolvedValue(JSON.stringify({ ...facts, seq: 2 }));
    await opened.read();
    expect(types()).toEqual(['unpaired', 'unpaired']);
  });

  it('rejects for a page that lacks parts because scripts failed, and names their host, while none is under way', async () => {
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

  it('believes the document that answers, whatever its clock says, and asks once more when another one came meanwhile', async () => {
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

  it('has failed when documents come faster than they can be read', async () => {
    const { opened, probe, report } = await open();
    await settled();
    let turn = 10;
    probe.read.mockImplementation(async () => {
      report({ ...facts, document: `d${turn++}` });
      return JSON.stringify({ ...idle, document: 'd1', seq: 3 });
    });
    await expect(opened.read()).rejects.toMatchObject({ code: 'page-navigated' });
  });

  it('rejects when another page is there, on another origin too, or none that answers', async () => {
    const { opened, probe } = await open();
    probe.read.mockResolvedValueOnce(JSON.stringify({ ...facts, seq: 2, kind: 'foreign' }));
    await expect(opened.read()).rejects.toMatchObject({ code: 'page-foreign' });
    probe.read.mockResolvedValueOnce(JSON.stringify({ ...facts, seq: 2, origin: 'https://elsewhere.example' }));
    await expect(opened.read()).rejects.toMatchObject({ code: 'page-foreign' });
    probe.read.mockResolvedValueOnce(undefined);
    await expect(opened.read()).rejects.toMatchObject({ code: 'page-unreachable' });
    await expect(opened.read().then(() => undefined)).resolves.toBeUndefined();
  });

  it('names the site alone when it rejects', async () => {
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
  it('loads the page afresh from its own address', async () => {
    const { opened, goto, probe } = await open();
    await opened.perform({ type: 'reload' });
    expect(goto).toHaveBeenLastCalledWith('https://web.whatsapp.com/', expect.objectContaining({ until: 'commit' }));
    expect(probe.perform).not.toHaveBeenCalled();
  });

  it('takes over by loading a page afresh that has stopped without a word', async () => {
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

  it('hands a secret to the page in the clear, and repeats it in no error', async () => {
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
    ['of 1 MB', { ...refused('x'.repeat(1_000_000)) }, 'cannot be understood'],
    ['of no known form', { ok: 'maybe' }, 'cannot be understood'],
    ['that is null', null, 'cannot be understood'],
  ])('passes on no answer of a page %s as it is', async (_, answer, words) => {
    const { opened, probe } = await open();
    probe.perform.mockResolvedValue(answer as ProbeAnswer);
    const sent = opened.perform({ type: 'refresh-qr' });
    await expect(sent).rejects.toMatchObject({ code: 'page-command-failed' });
    await expect(sent).rejects.toThrow(words);
  });

  it('takes a page that leaves while logging out as having taken the command, and the loss as ours', async () => {
    const { opened, probe, report, signals } = await open();
    await settled();
    const navigated = new WakeyError('page-navigated', { what: 'Gone.', hint: 'Again.' });
    probe.perform.mockRejectedValue(navigated);
    await opened.perform({ type: 'log-out' });
    report({ ...idle, document: 'd2', logout: { isAwaited: false } });
    expect(signals).toContainEqual({ type: 'logged-out', by: 'us', document: 2 });
    await expect(opened.perform({ type: 'reconnect' })).rejects.toBe(navigated);
  });

  it('does not take the blame for a loss when the page refused to log out', async () => {
    const { opened, probe, report, signals } = await open();
    await settled();
    probe.perform.mockResolvedValue(refused('no'));
    await expect(opened.perform({ type: 'log-out' })).rejects.toMatchObject({ code: 'page-command-failed' });
    report({ ...idle, document: 'd2', logout: { isAwaited: false } });
    expect(signals).toContainEqual({ type: 'logged-out', by: 'phone', document: 2 });
  });
});
