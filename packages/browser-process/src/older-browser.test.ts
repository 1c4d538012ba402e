import { describe, expect, it } from 'vitest';
import { refuseOlder } from './older-browser.js';

const judge =
  (version: string | undefined, written: string, product = 'Chrome') =>
  () =>
    refuseOlder({ executable: '/bin/browser', version, writtenBy: { product, version: written } });

describe('a browser for a profile', () => {
  it('is refused if a browser of a later milestone wrote the profile; the error names both versions and a remedy', () => {
    const tell = judge('155.0.9999.9', '156.0.1.2');
    expect(tell).toThrow(expect.objectContaining({ code: 'browser-older' }));
    expect(tell).toThrow(/\/bin\/browser has version 155\.0\.9999\.9.*Chrome 156\.0\.1\.2.*version 156 or newer/s);
  });

  it.each([
    ['156.0.0.1', '156.0.9999.9', 'Chrome'],
    ['156.0.0.1', '156', 'HeadlessChrome'],
    ['157.0.0.1', '156.0.9999.9', 'Chromium'],
    ['1000.0', '999.9', 'Chrome'],
    [undefined, '999.0.0.0', 'Chrome'],
    ['156.0.0.1', 'nightly', 'Lightpanda'],
  ])('is accepted in version %s if version %s wrote the profile', (version, written, product) => {
    expect(judge(version, written, product)).not.toThrow();
  });

  it('is accepted if no browser wrote the profile', () => {
    expect(() => refuseOlder({ executable: '/b', version: '1.0', writtenBy: undefined })).not.toThrow();
  });
});
