import { damaged } from './bundle-trouble.js';
import type { Limits } from './limits.js';

/** How much of a tar is read on. */
export interface TarBudget {
  /** Another entry of so many bytes has come. Throws `bundle-damaged` when that is too much. */
  allow(size: number): void;
  /** So many bytes of tar have come. Throws `bundle-damaged` when no entry has announced them. */
  spend(bytes: number): void;
}

/** A budget within `limits`, none of it spent. */
export function tarBudget({ totalBytes, files, overheadBytes, entryOverheadBytes }: Limits): TarBudget {
  let entries = 0;
  let announced = 0;
  let left: number = overheadBytes;
  return {
    allow(size) {
      if (!Number.isSafeInteger(size)) throw damaged('it has a file of an impossible size');
      announced += size;
      entries += 1;
      if (announced > totalBytes) throw damaged(`its files have more than ${totalBytes} bytes`);
      // The manifest and the checksums are entries besides the files.
      if (entries > files + 2) throw damaged(`it has more than ${files} files`);
      left += size + entryOverheadBytes;
    },
    spend(bytes) {
      left -= bytes;
      if (left < 0) throw damaged('it has far more headers and padding than its files need');
    },
  };
}
