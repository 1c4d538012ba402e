import { damaged } from './bundle-trouble.js';
import type { Limits } from './limits.js';

/** Limits how much of a tar is read. */
export interface TarBudget {
  /** Counts another entry of `size` bytes. Throws `bundle-damaged` above the limits. */
  allow(size: number): void;
  /** Counts `bytes` bytes of tar. Throws `bundle-damaged` if no entry announced them. */
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
      // Two more entries: the manifest and the checksums.
      if (entries > files + 2) throw damaged(`it has more than ${files} files`);
      left += size + entryOverheadBytes;
    },
    spend(bytes) {
      left -= bytes;
      if (left < 0) throw damaged('it has far more headers and padding than its files need');
    },
  };
}
