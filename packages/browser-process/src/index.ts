export { type EndSignal, MARKER_VARIABLE, type ProcessEntry, type ProcessTable, systemProcessTable } from '@wakey/host';
export {
  type ChromiumArguments,
  type ChromiumOptions,
  chromiumArguments,
  isHeadlessShell,
  markerArgument,
} from './arguments.js';
export { type AskOptions, askBinary } from './ask-binary.js';
export { browserMemory } from './browser-memory.js';
export { type BinaryVersion, browserVersion, plainUserAgent, type VersionOptions } from './browser-version.js';
export { type Clock, systemClock } from './clock.js';
export {
  type CacheEnvironment,
  type DownloadedBrowser,
  downloadedBinary,
  downloadedBrowsers,
  downloadsOf,
} from './downloaded-browsers.js';
export { browserUnkillable, type EndOptions, endProcess } from './end-process.js';
export { type FindOptions, findBrowser } from './find-browser.js';
export { forgetBrowser, reapBrowser, reapLeftovers, recordStarted, startRecorded } from './leftovers.js';
export { type OlderOptions, refuseOlder } from './older-browser.js';
export type { BrowserPlaces, PlaceEnvironment } from './places/places.js';
export { processesOf, processesOfOurs } from './processes-of.js';
export { type BrowserRecord, newMarker } from './record.js';
export { decideSandbox, type SandboxDecision, type SandboxOptions } from './sandbox.js';
export { assertWritable, openScratch, type Scratch, type ScratchOptions } from './scratch.js';
export { type BrowserProcess, type ProcessExit, type StartOptions, startBrowser } from './start-browser.js';
export { browserLost, type RunningBrowser, type WatchOptions, watchBrowser, wayOut } from './watch-browser.js';
