import type { Command } from './commands/command.js';
import { demo } from './commands/demo.js';
import { logout } from './commands/logout.js';
import { relink } from './commands/relink.js';
import { simulate } from './commands/simulate.js';
import { start } from './commands/start.js';
import { status } from './commands/status.js';

/** Every verb, in the order of the help. */
export const commands: readonly Command[] = [start, status, logout, relink, demo, simulate];
