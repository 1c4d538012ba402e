import { linuxProcessTable } from './linux.js';
import { macosProcessTable } from './macos.js';
import type { ProcessTable } from './table.js';
import { windowsProcessTable } from './windows.js';

/** Returns the process table of this operating system. */
export function systemProcessTable(platform: NodeJS.Platform = process.platform): ProcessTable {
  if (platform === 'win32') return windowsProcessTable();
  if (platform === 'darwin') return macosProcessTable();
  return linuxProcessTable();
}
