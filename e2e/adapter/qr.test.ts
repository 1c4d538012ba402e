import { afterEach, describe, expect, it } from 'vitest';
import { type Visit, visit } from './visit.js';

const visits: Visit[] = [];
const open = async (...args: Parameters<typeof visit>): Promise<Visit> => {
  const opened = await visit(...args);
  visits.push(opened);
  return opened;
};

afterEach(async () => {
  for (const opened of visits.splice(0)) await opened.close();
});

describe('QR codes', () => {
  it('are each reported once, and can be scanned', async () => {
    const { next, signals, scan, simulator } = await open({ simulator: { speed: 40 } });
    await next('qr', 0);
    await next('qr');
    await next('qr');
    const codes = signals.flatMap((signal) => (signal.type === 'qr' ? [signal.qr.reveal()] : []));
    expect(new Set(codes).size).toBe(codes.length);
    await scan();
    expect(simulator.devices()).toHaveLength(1);
  });

  it('stop when the page is idle, and appear again on request', async () => {
    const { next, opened, scan, simulator } = await open({ simulator: { speed: 200 } });
    await next('qr-idle', 0);
    const renewed = next('qr');
    await opened.perform({ type: 'refresh-qr' });
    await renewed;
    await scan();
    expect(simulator.devices()).toHaveLength(1);
  });

  it('change when the page changes its secret without a new ref', async () => {
    const { next, scan, simulator } = await open();
    await next('qr', 0);
    const redrawn = next('qr');
    simulator.rotateSecrets();
    await redrawn;
    await scan();
    expect(simulator.devices()).toHaveLength(1);
  });

  it.each(['prefix', 'suffix'] as const)('are read in the form with a %s', async (qrForm) => {
    const { next, scan, signals, simulator } = await open({ simulator: { speed: 5, troubles: { qrForm } } });
    await next('qr', 0);
    await scan();
    expect(simulator.devices()).toHaveLength(1);
    expect(signals.filter(({ type }) => type === 'qr')).toHaveLength(1);
  });

  it('come from the document when the noise key cannot be read', async () => {
    const { next, scan, simulator } = await open({
      simulator: { speed: 5, troubles: { missingModules: ['WAWebUserPrefsInfoStore'] } },
    });
    await next('qr', 0);
    await scan();
    expect(simulator.devices()).toHaveLength(1);
  });

  it('come from the modules when the document shows none', async () => {
    const { next, scan, simulator } = await open({
      simulator: { speed: 5, troubles: { missingDocumentParts: ['qr-ref'] } },
    });
    await next('qr', 0);
    await scan();
    expect(simulator.devices()).toHaveLength(1);
  });
});
