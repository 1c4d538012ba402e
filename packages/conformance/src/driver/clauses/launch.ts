import assert from 'node:assert/strict';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WakeyError } from '@wakey/core';
import type { DriverClause } from '../clause.js';
import { rejects, until } from '../expectations.js';
import { nothingLeft, processesHolding } from '../processes.js';
import { onBrowser, onFailure, onOptions } from '../sabotage/sabotage.js';
import { littering, mute } from '../sabotage/saboteurs.js';
import { script } from '../scripts.js';

/** What a launch promises, above all about its failures. */
export const launchClauses: readonly DriverClause[] = [
  {
    name: 'reports the product and version of the browser, and its process id',
    needs: 'processId',
    sabotage: onBrowser(({ version }) => ({ version: { ...version, product: `Headless${version.product}` } })),
    async check({ driver, folder }) {
      const browser = await driver({ env: { TMPDIR: folder } }).launch({});
      assert.match(browser.version.version, /^\d+(\.\d+)+/);
      assert.ok(!browser.version.product.includes('Headless'));
      assert.ok(processesHolding(folder).includes(browser.pid ?? 0));
      await browser.close();
    },
  },
  {
    name: 'rejects with browser-unavailable if the binary does not exist, and the error names the path',
    needs: 'processId',
    sabotage: onOptions(({ executable, ...others }) => others),
    async check({ driver, folder }) {
      for (const executable of [join(folder, 'none'), folder, 'relative/path']) {
        const error = await rejects(driver({ executable, env: { TMPDIR: folder } }).launch({}), 'browser-unavailable');
        assert.ok(error.message.includes(executable), error.message);
      }
      await nothingLeft(folder);
    },
  },
  {
    name: 'rejects with browser-failed if the binary ends at once, and the error has the beginning and the end of its stderr',
    needs: 'processId',
    sabotage: mute,
    async check({ driver, folder }) {
      const advice = 'i=0; while [ $i -lt 2000 ]; do echo "a line of advice" >&2; i=$((i+1)); done';
      const executable = await script(
        folder,
        `echo "a wrong word" >&2; ${advice}; echo "the reason of it" >&2; exit 7`,
      );
      const error = await rejects(driver({ executable, env: { TMPDIR: folder } }).launch({}), 'browser-failed');
      for (const words of ['a wrong word', 'the reason of it', '7'])
        assert.ok(error.message.includes(words), error.message);
      await nothingLeft(folder, ['browser']);
    },
  },
  {
    name: 'rejects with browser-failed if the binary is not a program',
    needs: 'processId',
    sabotage: onFailure(({ message }) => new WakeyError('browser-unavailable', { what: message, hint: '' })),
    async check({ driver, folder }) {
      const executable = join(folder, 'browser');
      await writeFile(executable, '\u007fnot a program');
      await chmod(executable, 0o755);
      await rejects(driver({ executable, env: { TMPDIR: folder } }).launch({}), 'browser-failed');
      await nothingLeft(folder, ['browser']);
    },
  },
  {
    name: 'rejects with timeout if the binary hangs, and ends it with all processes that it started',
    needs: 'processId',
    sabotage: mute,
    async check({ driver, folder }) {
      const hang = 'echo "here I hang" >&2; sleep 1000 & sleep 1000';
      const env = { TMPDIR: folder, PATH: '/usr/bin:/bin' };
      const always = await script(folder, hang);
      await rejects(driver({ executable: always, env }).launch({ timeout: 300 }), 'timeout');
      await nothingLeft(folder, ['browser']);
      const later = await script(
        folder,
        `case "$*" in --version|version) echo "Browser 1.2.3.4"; exit;; esac; ${hang}`,
      );
      const error = await rejects(driver({ executable: later, env }).launch({ timeout: 700 }), 'timeout');
      assert.ok(error.message.includes('here I hang'), error.message);
      await nothingLeft(folder, ['browser']);
    },
  },
  {
    name: 'rejects with browser-failed if the browser is killed while it starts',
    needs: 'processId',
    sabotage: onFailure(({ message }) => new WakeyError('aborted', { what: message, hint: '' })),
    async check({ driver, folder }) {
      const launching = rejects(driver({ env: { TMPDIR: folder } }).launch({}), 'browser-failed');
      let isOver = false;
      const settled = () => {
        isOver = true;
      };
      launching.then(settled, settled);
      await until(() => {
        for (const pid of processesHolding(folder)) end(pid);
        return isOver;
      });
      await launching;
      await nothingLeft(folder);
    },
  },
  {
    name: 'starts the browser with the arguments of the option `args`',
    needs: 'processId',
    sabotage: onOptions(({ args, ...others }) => others),
    async check({ driver, folder, furtherArgs = ['--wakey-further=yes'] }) {
      const browser = await driver({ args: furtherArgs, env: { TMPDIR: folder } }).launch({});
      const words = (await readFile(`/proc/${browser.pid}/cmdline`, 'utf8')).split('\0');
      await browser.close();
      const at = words.indexOf(furtherArgs[0] ?? '');
      assert.deepEqual(words.slice(at, at + furtherArgs.length), furtherArgs, words.join(' '));
    },
  },
  {
    name: 'leaves no process and no file if it is aborted, at any moment',
    needs: 'processId',
    sabotage: littering,
    async check({ driver, folder }) {
      const { launch } = driver({ env: { TMPDIR: folder } });
      await rejects(launch({ signal: AbortSignal.abort() }), 'aborted');
      const moments: readonly (() => boolean | Promise<boolean>)[] = [
        async () => (await readdir(folder)).length > 0,
        () => processesHolding(folder).length > 0,
        () => processesHolding(folder).length > 1,
      ];
      for (const moment of moments) {
        const stop = new AbortController();
        let isOver = false;
        const launching = launch({ signal: stop.signal }).finally(() => {
          isOver = true;
        });
        launching.catch(() => undefined); // The check awaits this promise below.
        await until(async () => isOver || (await moment()));
        const wasMissed = isOver;
        stop.abort();
        // On a busy machine the check may miss the moment, and the launch may complete.
        if (wasMissed) await (await launching).close();
        else await rejects(launching, 'aborted');
        await nothingLeft(folder);
      }
    },
  },
  {
    name: 'passes to the browser only the variables of the option `env`',
    needs: 'processId',
    sabotage: onOptions((options) => ({ ...options, env: { ...options.env, LEAKED: 'secret' } })),
    async check({ driver, folder, ownVariables = {} }) {
      const browser = await driver({ env: { TMPDIR: folder, GIVEN: 'yes', ABSENT: undefined } }).launch({});
      const names = await environmentOf(browser.pid ?? 0);
      assert.ok(names.includes('GIVEN'), 'a variable of `env` is missing');
      // A driver may add HOME with a temporary directory, and WAKEY_ variables by which it finds its own processes.
      const ours = (name: string) =>
        ['GIVEN', 'HOME', 'TMPDIR', ...Object.keys(ownVariables)].includes(name) || name.startsWith('WAKEY_');
      for (const reason of Object.values(ownVariables)) assert.ok(reason.length > 10, 'a variable without a reason');
      assert.deepEqual(
        names.filter((name) => !ours(name)),
        [],
      );
      await browser.close();
    },
  },
];

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process ended by itself after the lookup.
  }
}

async function environmentOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/environ`, 'utf8');
  return text
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => line.split('=')[0] ?? '')
    .sort();
}
