export { ANSWER_WITHIN, answerOf, boundedFiles } from './bounded-files.js';
export { aborted, type Calls, type CallsOptions, callFailed, openCalls, timedOut } from './calls.js';
export { type Clock, LONGEST, sleep, systemClock } from './clock.js';
export { type FileHandle, type Files, isFileError, realFiles, unlessAbsent } from './files.js';
export { readHolder, sessionInUse, writeHolder } from './holder.js';
export { fileOfBytes, type ListKeptOptions, listKept, readingAborted, walkKept } from './kept-files.js';
export { isLine, isNatural, isObject, isPath, isTime, parsedJson } from './kept-values.js';
export { type FileLock, isLocked, type LockFile, takeLock } from './lock.js';
export { assertClosed, closeDirectory, modeOf, octal, refusesModes } from './modes.js';
export { type Platform, type ProcessFacts, thisPlatform } from './platform.js';
export { makePrivateDirectory, shareImmutable, writePrivately } from './private-copy.js';
export { closeToOthers, isOwnDirectory, openPrivateDirectory } from './private-directories.js';
export { type PrivateTree, privateTree } from './private-tree.js';
export { isSignalable } from './process-signs.js';
export { type MeasureMemory, memoryMeasure } from './processes/memory.js';
export { sendSignal } from './processes/send-signal.js';
export { systemProcessTable } from './processes/system-table.js';
export { type EndSignal, MARKER_VARIABLE, type ProcessEntry, type ProcessTable } from './processes/table.js';
export { bytesIn, bytesOf, entriesOf, notRegular, openRegular, type TreeEntry } from './regular-files.js';
export { isShared, judgeRoot, markRoot, type RootRule, type RootVerdict } from './root-directory.js';
export { identityOf, openSightings, type Sightings } from './sightings.js';
export { isSqlite, sqliteDamage } from './sqlite.js';
export { fileTrouble, quoted, takeOver } from './trouble.js';
export { type WatchKeptOptions, watchKept } from './watch-kept.js';
export {
  type Disk,
  NotAFile,
  openPrivately,
  openToRead,
  readText,
  syncDirectory,
  temporaryOf,
  writeAtomically,
  writeOnce,
} from './write-atomically.js';
