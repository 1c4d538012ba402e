import type { ReportJson } from '@wakey/wire';
import { installLightpanda, type Progress } from '../browsers/install-lightpanda.js';
import { type LightpandaPin, lightpandaPins, pinsNamed } from '../browsers/lightpanda-wheels.js';
import { DONE } from '../exit-codes.js';
import { outputOptions } from '../options/commands.js';
import type { Shell } from '../shell.js';
import { paintFor } from '../terminal/paint.js';
import { openScreen } from '../terminal/screen.js';
import { sizeText } from '../transfer/facts.js';
import { untilSignal } from '../transfer/until-signal.js';
import { command } from './command.js';

/** `wakey browser install`: downloads a browser that is not a part of Wakey. */
export const browserInstall = command({
  name: 'browser install',
  summary: 'Install Lightpanda, a small browser, in the cache of this user.',
  description:
    'Lightpanda is not a part of Wakey: it has its own makers, and its own license, the AGPL-3.0. pip downloads its wheel from PyPI, or from the index ' +
    'that the configuration of pip names. Wakey checks the SHA-256, unpacks the binary below wakey/lightpanda in $XDG_CACHE_HOME or ~/.cache, and runs it once. ' +
    'To remove it, delete its directory.',
  operand: {
    name: 'browser',
    doc: `lightpanda, lightpanda@<version> with one of ${lightpandaPins.map(({ version }) => version).join(', ')}, or lightpanda@all.`,
  },
  options: outputOptions,
  examples: [
    ['browser install lightpanda', 'install the newest version that Wakey knows'],
    ['browser install lightpanda@1.0.1', 'install a certain version'],
  ],
  isReport: true,
  async run({ operand, values: { json } }, shell) {
    const pins = pinsNamed(operand);
    return untilSignal(shell, async (signal) => {
      for (const pin of pins) await install(pin, json, signal, shell);
      if (!json) shell.out.write(AFTER);
      return DONE;
    });
  },
});

const AFTER =
  '  Its license: AGPL-3.0, https://github.com/lightpanda-io/browser\n' +
  '  Use it:      npx wakey start --driver lightpanda\n';

async function install(pin: LightpandaPin, json: boolean, signal: AbortSignal, shell: Shell): Promise<void> {
  const progress = showProgress(pin, shell);
  const { env, out } = shell;
  const { executable, isNew } = await installLightpanda(pin, { env, signal, onProgress: progress.show }).finally(
    progress.close,
  );
  const { version } = pin;
  const report: ReportJson = { event: 'browser-installed', browser: 'lightpanda', version, executable, isNew };
  const what = `Lightpanda ${version} ${isNew ? 'is installed' : 'was installed already'}: ${executable}`;
  out.write(json ? `${JSON.stringify(report)}\n` : `${paintFor(out, env).good('✓')} ${what}\n`);
}

/** Shows on stderr what the installation does: redrawn on a terminal, and elsewhere one line for each step. */
function showProgress({ version }: LightpandaPin, { err }: Shell) {
  const screen = openScreen(err);
  let shown = '';
  return {
    show(progress: Progress): void {
      const { is } = progress;
      const size = is === 'downloading' && progress.bytes > 0 ? `  ${sizeText(progress.bytes)}` : '';
      if (screen.isLive) screen.live([`${DOING[is]} Lightpanda ${version}${size}`]);
      else if (shown !== is) screen.print(`${DOING[is]} Lightpanda ${version}`);
      shown = is;
    },
    close(): void {
      screen.live([]);
      screen.close();
    },
  };
}

const DOING: { readonly [I in Progress['is']]: string } = {
  waiting: 'Waiting until another wakey has installed',
  downloading: 'Downloading (license AGPL-3.0)',
};
