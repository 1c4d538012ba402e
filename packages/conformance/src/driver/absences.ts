import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CapabilityName, secret } from '@wakey/core';
import type { Subject } from './clause.js';
import { rejects } from './expectations.js';
import { canvasPixels, cryptoKeyStorage, webLocks } from './probes.js';

/**
 * The checks for a driver that declares a capability absent: the driver refuses calls that need it, and the page really
 * lacks it. If no call of the contract needs the capability, only the declaration and its reason are checked.
 */
export const absences: { readonly [C in CapabilityName]: (subject: Subject) => Promise<void> } = {
  async persistentProfile({ driver, folder }) {
    const profile = join(folder, 'profile');
    await mkdir(profile);
    await rejects(driver().launch({ profile }), 'unsupported');
  },
  async screenshot(subject) {
    await onBlankPage(subject, ({ page }) => rejects(page.screenshot(), 'unsupported'));
  },
  async userAgentOverride({ driver }) {
    await rejects(driver({ userAgent: 'Somebody/1.0' }).launch({}), 'unsupported');
  },
  async proxyAuth({ driver }) {
    const proxy = { server: 'http://127.0.0.1:9', username: 'who', password: secret('hunter2') };
    await rejects(driver({ proxy }).launch({}), 'unsupported');
  },
  async canvasPixels(subject) {
    await onBlankPage(subject, async ({ page }) =>
      assert.ok(!(await canvasPixels(page)), 'the capability is declared absent, but works'),
    );
  },
  async webLocks(subject) {
    const { site } = subject;
    await onBlankPage(subject, async ({ page }) =>
      assert.ok(!(await webLocks(page, site)), 'the capability is declared absent, but works'),
    );
  },
  async cryptoKeyStorage(subject) {
    const { site } = subject;
    await onBlankPage(subject, async ({ page }) =>
      assert.ok(!(await cryptoKeyStorage(page, site)), 'the capability is declared absent, but works'),
    );
  },
  async attach({ driver }) {
    assert.equal(driver().attach, undefined);
  },
  async processId(subject) {
    await onBlankPage(subject, async ({ pid }) => assert.equal(pid, undefined));
  },
  async stateSnapshot(subject) {
    await onBlankPage(subject, async ({ page }) =>
      assert.deepEqual(
        [page.snapshot, page.restore],
        [undefined, undefined],
        'the capability is declared absent, but works',
      ),
    );
  },
  rawCdp: onlyDeclared,
};

async function onBlankPage(
  { driver }: Subject,
  check: (browser: Awaited<ReturnType<ReturnType<Subject['driver']>['launch']>>) => Promise<unknown>,
): Promise<void> {
  const browser = await driver().launch({});
  try {
    await check(browser);
  } finally {
    await browser.close();
  }
}

async function onlyDeclared(): Promise<void> {
  // The clause on capabilities checks that the driver names a reason.
}
