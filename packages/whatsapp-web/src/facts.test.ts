import { describe, expect, it } from 'vitest';
import { parseFacts, type Report } from './facts.js';
import { pageParts } from './page-parts.js';

const facts: Report = {
  document: 'd1',
  origin: 'https://web.whatsapp.com',
  seq: 1,
  status: 200,
  kind: 'whatsapp',
  missing: [],
  scripts: { total: 3, pending: 1, failed: ['static.example.net', '[::1]:8080'] },
  isSettled: true,
  isOnline: true,
  hasSynced: false,
  qr: { text: 'the-code', ttl: 1 },
  isBanned: false,
  isOutdated: false,
  isElsewhere: false,
  isStopped: false,
  isAlive: true,
};

describe('parseFacts', () => {
  it('accepts a report of the probe', () => {
    expect(parseFacts(JSON.stringify(facts))).toEqual(facts);
  });

  it.each([
    ['a value that is not text', facts],
    ['text that is not JSON', '{"qr":"the-code"'],
    ['a list', '[]'],
    ['facts without a level', JSON.stringify({ ...facts, isAlive: undefined })],
    ['facts with a level of another type', JSON.stringify({ ...facts, missing: [1] })],
    ['facts with an unknown word', JSON.stringify({ ...facts, kind: 'the-code' })],
  ])('throws for %s, without repeating it', (_, input) => {
    expect(() => parseFacts(input)).toThrow(TypeError);
    expect(() => parseFacts(input)).not.toThrow('the-code');
  });

  it('bounds restrictions: whole numbers, times that a Date can hold, and words of WhatsApp’s form only', () => {
    const timeLock = { kind: '\u001b[2J', until: 1e300 };
    const capping = { status: 'capped', used: 1.6, quota: 1e300, until: -5 };
    const read = parseFacts(JSON.stringify({ ...facts, timeLock, capping }));
    expect(read).toMatchObject({
      timeLock: { until: Date.parse('2100-01-01') },
      capping: { status: 'capped', used: 2, quota: 1_000_000, until: 0 },
    });
    expect(read.timeLock).not.toHaveProperty('kind');
    expect(() => parseFacts(JSON.stringify({ ...facts, capping: { status: 'toString' } }))).toThrow(TypeError);
  });

  it('names at most ten hosts of scripts, and only valid hosts', () => {
    const failed = ['static.example.net/path?key=hidden', ...Array<string>(11).fill('static.example.net')];
    const { scripts } = parseFacts(JSON.stringify({ ...facts, scripts: { total: 1e9, pending: 0, failed } }));
    expect(scripts).toMatchObject({ total: 10_000, failed: { length: 10, 0: 'a host without a name' } });
  });

  it.each([
    ['a QR of 10 MB', { qr: { text: 'q'.repeat(10_000_000) } }],
    ['a report of 10 MB of anything', { extra: 'x'.repeat(10_000_000) }],
  ])('refuses %s without parsing it', (_, more) => {
    expect(() => parseFacts(JSON.stringify({ ...facts, ...more }))).toThrow(TypeError);
  });

  it.each([
    ['a QR that is longer than any real one', { qr: { text: 'q'.repeat(1_025) } }],
    ['a QR with an escape sequence', { qr: { text: '2@a\u001b[2J,b,c' } }],
    ['a link code of 1 kB', { linkCode: { text: 'A'.repeat(1_000) } }],
    ['a link code with a line break', { linkCode: { text: 'ABCD\nEFGH' } }],
    ['an own id of 1 kB', { me: '1'.repeat(1_000) }],
    ['an own id that reverses the writing direction', { me: '447700900000\u202e@c.us' }],
    ['a version with an escape sequence', { version: '2.3000\u009b31m' }],
    ['a socket state of an unknown form', { socket: 'constructor' }],
    ['a logout reason of an unknown form', { logout: { isAwaited: false, code: 'a\u0000b' } }],
    ['a passkey request that is no request', { passkey: { request: 'alert(1)' } }],
  ])('reads %s as undefined', (_, more) => {
    const { qr, ...bare } = facts;
    const [name = ''] = Object.keys(more);
    const rest = 'logout' in more ? { logout: { isAwaited: false } } : {};
    const given = { ...bare, ...more, ...('qr' in more ? {} : { qr }) };
    expect(parseFacts(JSON.stringify(given))).toEqual({ ...bare, ...(name === 'qr' ? {} : { qr }), ...rest });
  });

  it('bounds times to 30 days and percentages to 0 to 100', () => {
    const given = { ...facts, percent: -1e300, qr: { text: 'code', ttl: 1e300 } };
    expect(parseFacts(JSON.stringify(given))).toMatchObject({ percent: 0, qr: { ttl: 30 * 86_400_000 } });
  });

  it('passes on at most 100 missing parts, and only valid names', () => {
    const missing = ['WAWebSocketModel.Socket+takeover', '\u001b]0;title\u0007', ...Array(1_000).fill('x')];
    expect(parseFacts(JSON.stringify({ ...facts, missing })).missing).toEqual([missing[0], ...Array(98).fill('x')]);
  });

  it('accepts the name of every part of the page', () => {
    const missing = pageParts.map(({ name }) => name);
    expect(parseFacts(JSON.stringify({ ...facts, missing })).missing).toEqual(missing);
  });

  it('ignores inherited members and drops unknown members', () => {
    const text = JSON.stringify(facts).replace('{', '{"__proto__":{"isBanned":true},"unknown":1,');
    expect(parseFacts(text)).toEqual(facts);
  });

  it('names a dialog without a valid name dialog', () => {
    const given = { ...facts, dialog: { what: 'a\u0007b', isStuck: true } };
    expect(parseFacts(JSON.stringify(given)).dialog).toEqual({ what: 'dialog', isStuck: true });
  });

  it('passes on only the known members of a passkey request', () => {
    const request = '{"challenge":"Zm9v","evil":"alert(1)","rpId":"\u2028"}';
    expect(parseFacts(JSON.stringify({ ...facts, passkey: { request } })).passkey).toEqual({
      request: '{"challenge":"Zm9v"}',
    });
  });
});
