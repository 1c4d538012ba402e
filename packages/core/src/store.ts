import type { CallOptions } from './json.js';

/** Stores backups as opaque bytes under session ids. Never reads their content. */
export interface SessionStore {
  /** For people: logs, `wakey status`. */
  readonly name: string;
  /**
   * Whether the stored bytes cannot be read without a key. The client then keeps the live profile in memory and off the disk
   * too, if there is room. @default false
   */
  readonly isEncrypted?: boolean;
  /** The ids with at least one generation, in no order. Throws `store-unreadable` if it cannot return all of them. */
  list(options?: CallOptions): Promise<readonly string[]>;
  /**
   * The newest intact generation, or `undefined` if there is none. Throws `store-unreadable` if there are generations but
   * none can be read. `before` selects older generations.
   */
  read(id: string, options?: ReadOptions): Promise<StoredBundle | undefined>;
  /**
   * Adds a generation and returns its number. Atomic: a reader sees the earlier generations either without or with the new
   * one; after a failure, only the earlier ones. Throws `stale-fence` if the store has seen a newer fence, and
   * `store-unwritable` if it could not write the bytes.
   */
  write(id: string, bytes: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<number>;
  /** Removes every generation, also if there are none. Throws `stale-fence` as `write` does. */
  remove(id: string, options: FenceOptions): Promise<void>;
  /**
   * Takes the lease: the right to write, with at most one holder at a time. Throws `session-in-use`, which names the holder.
   * The fence of each lease of an id is greater than that of every earlier lease. An encrypted store may throw `wrong-key`,
   * unless the holder is going to remove all generations.
   */
  lease(id: string, holder: LeaseHolder, options?: LeaseOptions): Promise<Lease>;
  /** The quarantine, in which a generation stays for a while after `remove`. Absent: the store has no quarantine. */
  readonly quarantine?: StoreQuarantine;
  /** What changed after a generation was written. Absent: the store keeps whole generations only. */
  readonly segments?: StoreSegments;
}

/**
 * The segments of a store. A segment is opaque bytes that belong to one generation: what changed in the profile after that
 * generation, and after the segments before this one. The segments of a generation have the numbers 1, 2, 3, … without gaps.
 * They disappear with their generation: when a newer write prunes it, and by `remove`. A generation in quarantine keeps its
 * segments, and `list` and `read` find them by its number.
 */
export interface StoreSegments {
  /**
   * Adds a segment to the newest generation. Resolves when the bytes are durable. Atomic: a reader sees the earlier segments
   * either without or with the new one. After a failure, `append` of the same number succeeds, also with other bytes. After a
   * crash at any point the segment is whole or absent, as `list` says, and `append` of the number after the last one succeeds.
   * Throws `stale-fence` and `store-unwritable` as `write` does, and `invalid-argument` if `generation` is not the newest
   * generation, if `number` does not follow the last segment, or if there are more bytes than `MOST_SEGMENT`. A store takes
   * 1,024 bytes more, for another store around it that adds some to each segment.
   */
  append(id: string, bytes: Uint8Array, options: AppendOptions): Promise<void>;
  /** The facts about the segments of a generation, in their order, without reading their bytes. Throws `store-unreadable`. */
  list(id: string, generation: number, options?: CallOptions): Promise<readonly SegmentFacts[]>;
  /**
   * The segments of a generation, in their order; none if the generation does not exist. Throws `store-unreadable` at the
   * first segment that is missing in the middle, damaged or out of its place: all segments before it were returned and are
   * intact. A store cannot notice that the last segments are missing. A timeout counts for each segment.
   */
  read(id: string, generation: number, options?: SegmentReadOptions): AsyncIterable<StoredSegment>;
  /**
   * Removes the segments of this generation and of every older one, not the generations, and not the segments of a generation
   * in quarantine. The next segment of this generation has the number 1 again. Throws as `remove` does.
   */
  drop(id: string, options: DropOptions): Promise<void>;
}

/** The most bytes of one segment: 8 MiB. */
export const MOST_SEGMENT = 8_388_608;

/** An append: the fence of the writer's lease, and the place of the segment. */
export interface AppendOptions extends FenceOptions {
  /** The generation to which the segment belongs. */
  readonly generation: number;
  /** 1 for the first segment of a generation. */
  readonly number: number;
}

/** Which segments to read. */
export interface SegmentReadOptions extends CallOptions {
  /** Only segments from this number on. @default 1 */
  readonly from?: number;
}

/** Which segments to remove. */
export interface DropOptions extends FenceOptions {
  readonly generation: number;
}

/** The facts about one segment. */
export interface SegmentFacts {
  readonly number: number;
  /** In bytes, as stored: an encrypted store adds some to each segment. */
  readonly size: number;
  /** The SHA-256 of the stored bytes, in lower-case hexadecimal. */
  readonly sha256: string;
}

/** One segment. */
export interface StoredSegment {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/**
 * The quarantine of a store, with at most one generation of each session: `list`, `read` and `remove` of the store skip it,
 * and `write` uses its number for no other generation. A store has no clock: it records a time, and the holder of the lease
 * clears the quarantine after that.
 */
export interface StoreQuarantine {
  /**
   * Moves the newest intact generation into quarantine, where it replaces an older one. If the quarantine has a generation
   * that is at least as new, that one stays with its time, so a move that a crash interrupted can be repeated. Returns the
   * content of the quarantine afterwards, `undefined` if it is empty. Durable and atomic: after a failure, or a crash at any
   * point, the whole generation can be read from the store or from the quarantine. Throws `store-unreadable` if the newest
   * intact generation cannot be determined, because all are damaged or the storage does not answer; `stale-fence` and
   * `store-unwritable` as `write` does.
   */
  put(id: string, options: QuarantineOptions): Promise<Quarantined | undefined>;
  /** The facts about the generation in quarantine, without its bytes; needs no key. Throws `store-unreadable`. */
  look(id: string, options?: CallOptions): Promise<Quarantined | undefined>;
  /** The generation in quarantine with its bytes. Throws `store-unreadable` if it is damaged. */
  read(id: string, options?: CallOptions): Promise<StoredBundle | undefined>;
  /**
   * Destroys the generation in quarantine, also if there is none. Throws `stale-fence` and `store-unwritable` as `remove`
   * does.
   */
  clear(id: string, options: FenceOptions): Promise<void>;
}

/** A move into quarantine. */
export interface QuarantineOptions extends FenceOptions {
  /** When its time in quarantine expires, in ms since 1970. */
  readonly until: number;
}

/** The facts about a generation in quarantine. */
export interface Quarantined {
  readonly generation: number;
  /** When its time in quarantine expires, in ms since 1970. */
  readonly until: number;
}

/** Options of `lease`. */
export interface LeaseOptions extends CallOptions {
  /**
   * Whether the holder is going to remove all generations first, so that the store need not be able to read them. @default
   * false
   */
  readonly toRemove?: boolean;
}

/** Which generation to read. */
export interface ReadOptions extends CallOptions {
  /** Only generations older than this one. */
  readonly before?: number;
}

/** The fence of the caller's lease: it proves that the caller is the newest holder. */
export interface FenceOptions extends CallOptions {
  readonly fence: number;
}

/** A write: the fence of the writer's lease, and metadata readable without the bytes. */
export interface WriteOptions extends FenceOptions {
  /** At most `MOST_METADATA` characters as JSON (half of that for an encrypted store), else `invalid-argument`. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Generations that this write must not delete, however old they are. The next write may delete them, unless it names them
   * again. The store ignores unknown numbers. @default none
   */
  readonly keep?: readonly number[];
  /**
   * Segments to write together with the generation, in their order: the generation appears with all of them or not at all.
   * Only for a store with `segments`; another store refuses them with `invalid-argument`. @default none
   */
  readonly segments?: AsyncIterable<Uint8Array>;
}

/** One generation. */
export interface StoredBundle {
  readonly generation: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** May be iterated once. Throws `store-unreadable` if the bytes turn out damaged. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The holder of a session, which the error of a refused process names. */
export interface LeaseHolder {
  readonly host: string;
  readonly pid: number;
  /** When the holder took the session, in ms since 1970. */
  readonly since: number;
  /** What the holder is, such as `wakey start`. */
  readonly program: string;
}

/** The right to write one session. */
export interface Lease {
  readonly fence: number;
  /**
   * How long the lease lasts after it is taken and after the start of each successful renewal, in ms; then another process
   * may take it. Absent: it lasts as long as its process lives, and `renew` only proves that this process still holds it.
   */
  readonly duration?: number;
  /**
   * Extends the lease. Throws `lease-lost` if it has expired or another process holds it now; any other error says nothing
   * about the lease.
   */
  renew(options?: CallOptions): Promise<void>;
  /** Releases the lease. May be called twice. */
  release(options?: CallOptions): Promise<void>;
}
