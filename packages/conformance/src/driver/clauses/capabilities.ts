import assert from 'node:assert/strict';
import type { CapabilityName, DriverCapabilities } from '@wakey/core';
import type { DriverClause, OpenSubject } from '../clause.js';
import { canvasPixels, cryptoKeyStorage, webLocks } from '../probes.js';
import { onDriver, withInitScript } from '../sabotage/sabotage.js';

/** A driver declares what it can do, and the declaration is true. */
export const capabilityClauses: readonly DriverClause[] = [
  {
    name: 'declares each capability as present, or as absent with a reason, and never changes the declaration',
    sabotage: onDriver((driver) => ({
      ...driver,
      capabilities: { ...driver.capabilities, screenshot: { supported: false, reason: '' } },
    })),
    async check({ driver }) {
      const { capabilities } = driver();
      for (const name of Object.keys(NAMES)) {
        const capability = capabilities[name as CapabilityName];
        assert.ok(capability !== undefined, `${name} is not declared`);
        if (!capability.supported) assert.ok(capability.reason.length > 10, `${name} is absent without a reason`);
      }
      assert.deepEqual(Object.keys(capabilities).sort(), Object.keys(NAMES).sort());
      assert.ok(Object.isFrozen(capabilities), 'the capabilities can be changed');
      assert.deepEqual(driver().capabilities, capabilities);
    },
  },
  {
    name: 'has attach if, and only if, it declares attach',
    sabotage: onDriver(({ name, capabilities, launch }) => ({ name, capabilities, launch })),
    async check({ driver }) {
      const { attach, capabilities } = driver();
      assert.equal(attach !== undefined, capabilities.attach.supported);
    },
  },
];

/** The page can do what the driver declares: each clause tries it. */
export const pageCapabilityClauses: readonly DriverClause<OpenSubject>[] = [
  {
    name: 'draws on a canvas, and reads the pixels',
    needs: 'canvasPixels',
    sabotage: withInitScript('CanvasRenderingContext2D.prototype.getImageData = () => ({ data: [0, 0, 0, 0] })'),
    check: async ({ browser }) =>
      assert.ok(await canvasPixels(browser.page), 'the pixels are not those that the page drew'),
  },
  {
    name: 'lets one page of a site hold a lock',
    needs: 'webLocks',
    sabotage: withInitScript(
      'globalThis.LockManager.prototype.request = (name, options, work) => (work ?? options)({ name })',
    ),
    check: async ({ browser, site }) => assert.ok(await webLocks(browser.page, site), 'there are no locks'),
  },
  {
    name: 'stores a key that cannot be exported in IndexedDB, and encrypts with the stored key',
    needs: 'cryptoKeyStorage',
    sabotage: withInitScript('IDBObjectStore.prototype.get = function () { return this.count(); }'),
    check: async ({ browser, site }) => assert.ok(await cryptoKeyStorage(browser.page, site), 'the key is lost'),
  },
];

/** The type makes the compiler report a new capability that is missing here. */
const NAMES: { readonly [C in keyof DriverCapabilities]: true } = {
  persistentProfile: true,
  stateSnapshot: true,
  screenshot: true,
  canvasPixels: true,
  userAgentOverride: true,
  webLocks: true,
  cryptoKeyStorage: true,
  proxyAuth: true,
  rawCdp: true,
  attach: true,
  processId: true,
};
