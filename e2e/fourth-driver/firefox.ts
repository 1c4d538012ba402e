import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

/** The path of a Firefox. Installs Debian's if that is possible. Undefined if there is no Firefox. */
export async function provideFirefox(): Promise<string | undefined> {
  const given = process.env.WAKEY_FIREFOX;
  if (given !== undefined) return given;
  if (!PLACES.some(existsSync) && process.getuid?.() === 0 && isDebian()) await installWithApt();
  return PLACES.find(existsSync);
}

/** Installs Firefox with apt-get, as tooling/bootstrap installs Chromium: it prints the commands first. */
async function installWithApt(): Promise<void> {
  const install = ['install', '-y', 'firefox-esr'];
  console.log(`No Firefox found. Installing Debian's:\n  apt-get update\n  apt-get ${install.join(' ')}`);
  for (const args of [['update'], install]) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const [code] = await once(spawn('apt-get', args, { env, stdio: 'inherit' }), 'exit');
    if (code !== 0)
      throw new Error(
        `apt-get ${args.join(' ')} ended with ${code}. Install Firefox, or set WAKEY_FIREFOX to the path of a Firefox.`,
      );
  }
}

function isDebian(): boolean {
  return existsSync('/etc/os-release') && /^ID=("?)debian\1$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

const PLACES = ['/usr/lib/firefox-esr/firefox-esr', '/usr/lib/firefox/firefox', '/opt/firefox/firefox'];
