import { downloadedBrowsers, downloadsOf } from '@wakey/browser-process';
import type { ReportJson } from '@wakey/wire';
import { lightpandaPins } from '../browsers/lightpanda-wheels.js';
import { DONE } from '../exit-codes.js';
import { outputOptions } from '../options/commands.js';
import { paintFor } from '../terminal/paint.js';
import { plain } from '../views/plain-view.js';
import { command } from './command.js';

/** `wakey browser list`: what `wakey browser install` has installed, and what it can install. */
export const browserList = command({
  name: 'browser list',
  summary: 'List the versions of Lightpanda that Wakey can install, and those that are installed.',
  description:
    'The driver uses the newest installed version, unless LIGHTPANDA_EXECUTABLE_PATH or --browser names another binary.',
  options: outputOptions,
  examples: [['browser list', 'list the versions and where they are']],
  isReport: true,
  async run({ values: { json } }, { env, out }) {
    const installed = await downloadedBrowsers('lightpanda', env);
    const versions = new Set([...installed, ...lightpandaPins].map(({ version }) => version));
    const paint = paintFor(out, env);
    for (const version of [...versions].sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))) {
      const found = installed.find((one) => one.version === version);
      const report: ReportJson = {
        ...{ event: 'browser', browser: 'lightpanda', version },
        ...(found === undefined ? {} : { executable: found.executable }),
      };
      const [path = ''] = plain([found?.executable ?? 'not installed']);
      const line = `lightpanda ${version.padEnd(12)} ${found === undefined ? paint.dim(path) : path}`;
      out.write(`${json ? JSON.stringify(report) : line}\n`);
    }
    if (!json && installed.length === 0) {
      const cache = downloadsOf('lightpanda', env) ?? 'the cache of this user';
      out.write(`Install the newest in ${cache}: npx wakey browser install lightpanda\n`);
    }
    return DONE;
  },
});
