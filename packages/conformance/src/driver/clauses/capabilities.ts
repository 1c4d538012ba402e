import assert from 'node:assert/strict';
import type { CapabilityName, DriverCapabilities } from '@wakey/core';
import type { DriverClause, OpenSubject } from '../clause.js';
import { canvasPixels, cryptoKeyStorage, webLocks } from '../probes.js';
import { onDriver, withInitScript } from '../sabotage/sabotage.js';

/** A driver declares what it can do, and the declaration is true. */
export const capabilityClauses: readonly DriverClause[] = [
  {
    name: 'says of each capability that it is there, or gives the reason why not, for good',
    sabotage: onDriver((driver) => ({
      ...driver,
      capabilities: { ...driver.capabilities, screenshot: { supported: false, reason: '' } },
    })),
    async check({ driver }) {
      const { capabilities } = driver();
      for (const name of Object.keys(NAMES)) {
        const capability = capabilities[name as CapabilityName];
        assert.ok(capability !== undefined, `nothing is said of ${name}`);
        if (!capability.supported) assert.ok(capability.reason.length > 10, `${name} is absent without a reason`);
      }
      assert.deepEqual(Object.keys(capabilities).sort(), Object.keys(NAMES).sort());
      assert.ok(Object.isFrozen(capabilities), 'the capabilities can be changed');
      assert.deepEqual(driver().capabilities, capabilities);
    },
  },
  {
    name: 'has attach if, and only if, it says so',
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
    check: async ({ browser }) => assert.ok(await canvasPixels(browser.page), 'the pixels are not what was drawn'),
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
    name: 'keeps a key that nobody can read in IndexedDB, and works with it',
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
