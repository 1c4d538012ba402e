import { linuxProcessTable } from './linux.js';
import { macosProcessTable } from './macos.js';
import type { ProcessTable } from './table.js';
import { windowsProcessTable } from './windows.js';

/** The process table of the system we run on. */
export function systemProcessTable(platform: NodeJS.Platform = process.platform): ProcessTable {
  if (platform === 'win32') return windowsProcessTable();
  if (platform === 'darwin') return macosProcessTable();
  return linuxProcessTable();
}
