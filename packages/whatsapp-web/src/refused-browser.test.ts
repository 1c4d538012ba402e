import { describe, expect, it } from 'vitest';
import { facts, fakePage, open, settled } from './adapter-rig.js';

describe('A page that says that WhatsApp Web does not take this browser', () => {
  it('makes the adapter reject with the name of the browser, and not examine the browser', async () => {
    const fake = fakePage();
    const refusing = { ...facts, kind: 'refusing', userAgent: 'Somebody/1.0' };
    fake.probe.recognize.mockResolvedValueOnce(JSON.stringify(refusing));
    await expect(open(fake)).rejects.toMatchObject({
      code: 'browser-unsuitable',
      what: expect.stringMatching(/WhatsApp Web does not take this browser’s name.*Somebody\/1\.0/),
      details: { site: 'https://web.whatsapp.com', userAgent: 'Somebody/1.0' },
    });
    expect(fake.probe.lacks).not.toHaveBeenCalled();
    fake.probe.recognize.mockResolvedValueOnce(JSON.stringify({ ...refusing, origin: 'https://elsewhere.example' }));
    await expect(open(fake)).rejects.toMatchObject({ code: 'page-foreign' });
  });

  it('is reported at once when an open page shows it', async () => {
    const { report, signals } = await open();
    await settled();
    report({ ...facts, seq: 2, kind: 'refusing', userAgent: 'Somebody/1.0' });
    expect(signals.at(-1)).toMatchObject({
      type: 'blocked',
      by: 'browser',
      detail: expect.stringContaining('Somebody/1.0'),
    });
  });
});
