import { browserInstall, browserList } from './commands/browser.js';
import type { Command } from './commands/command.js';
import { demo } from './commands/demo.js';
import { doctor } from './commands/doctor.js';
import { exportCommand } from './commands/export.js';
import { importCommand } from './commands/import.js';
import { keysAdd, keysGenerate, keysRotate } from './commands/keys.js';
import { logout } from './commands/logout.js';
import { migrate } from './commands/migrate.js';
import { relink } from './commands/relink.js';
import { simulate } from './commands/simulate.js';
import { start } from './commands/start.js';
import { status } from './commands/status.js';

/** Every verb, in the order of the help. */
export const commands: readonly Command[] = [
  ...[start, status, logout, relink],
  ...[exportCommand, importCommand, migrate, doctor],
  ...[keysGenerate, keysAdd, keysRotate],
  ...[browserInstall, browserList],
  ...[demo, simulate],
];

/** What the commands of each group do, by the word before the verb. */
export const groups: Readonly<Record<string, string>> = {
  browser: 'Install a browser that Wakey can run on, and list the installed ones.',
  keys: 'Make keys, and change the keys that backups are encrypted with.',
};
