export { inTrouble, type Trouble } from './disk-in-trouble.js';
export { type FakeBrowser, fakeBrowser } from './fake-browser.js';
export { type FaultyFiles, faultyFiles } from './faulty-files.js';
export { intercepted } from './intercepted.js';
export { cutFiles, type DiskKind, disks, restart, type Survivors } from './power-cut.js';
export { canMount, mountedDisk, type SmallDisk } from './small-disk.js';
export { temporaryDirectory } from './temporary-directory.js';
export { startTold, type ToldProcess } from './told-process.js';
export { type SteppedClock, settled, steppedClock, type WoundClock, woundClock } from './wound-clock.js';
