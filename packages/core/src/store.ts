import type { CallOptions } from './json.js';

/** Keeps opaque bytes under session ids. Never looks inside them. */
export interface SessionStore {
  /** For people: logs, `wakey status`. */
  readonly name: string;
  /**
   * Whether nobody without a key can read what it keeps. The client then keeps the live profile off the disk as well,
   * where there is room in memory. @default false
   */
  readonly isEncrypted?: boolean;
  /** Ids that have at least one generation, in no order. Throws `store-unreadable` rather than give a part. */
  list(options?: CallOptions): Promise<readonly string[]>;
  /**
   * The newest intact generation, or `undefined` when there is none. Present but unreadable is never absent: throws
   * `store-unreadable`. Older generations are asked for with `before`.
   */
  read(id: string, options?: ReadOptions): Promise<StoredBundle | undefined>;
  /**
   * Adds a generation and gives its number. Atomic: a reader sees the generations before it, or it besides; after a
   * failure, the ones before it. Throws `stale-fence` when `fence` is older than one it has seen, `store-unwritable`
   * when the bytes could not be kept.
   */
  write(id: string, bytes: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<number>;
  /** Removes every generation. Nothing to remove is no error. Throws `stale-fence` as `write` does. */
  remove(id: string, options: FenceOptions): Promise<void>;
  /**
   * The right to write: at most one holder at a time. Throws `session-in-use` naming the holder. The fence of each
   * lease of an id is greater than that of every one before. A store that opens what it keeps with a key may throw
   * `wrong-key`, unless all of it is going to be removed.
   */
  lease(id: string, holder: LeaseHolder, options?: LeaseOptions): Promise<Lease>;
  /** Where a generation outlives `remove` for a while. Absent: the store keeps nothing aside. */
  readonly quarantine?: StoreQuarantine;
}

/**
 * Keeps one generation of each session aside, out of sight: `list`, `read` and `remove` of the store pass it over, and
 * `write` gives its number to no other. A store has no clock: it notes a time, and whoever holds the lease clears it then.
 */
export interface StoreQuarantine {
  /**
   * Moves the newest intact generation here, where an older one is replaced by it. Where a generation is here that is as new
   * as any, or newer, it stays, with its time: so a move that a crash cut short may be made again. Gives what is here
   * afterwards, `undefined` for nothing. Durable and atomic: after a failure, or a crash at any point, the generation can be
   * read from the store, or from here, whole. Throws `store-unreadable` where the newest generation cannot be told, because
   * all are damaged, or the place does not answer; `stale-fence` and `store-unwritable` as `write` does.
   */
  put(id: string, options: QuarantineOptions): Promise<Quarantined | undefined>;
  /** What is here, without its bytes and without a key. Throws `store-unreadable`. */
  look(id: string, options?: CallOptions): Promise<Quarantined | undefined>;
  /** The generation that is here, whole. Throws `store-unreadable` where it is damaged. */
  read(id: string, options?: CallOptions): Promise<StoredBundle | undefined>;
  /** Destroys what is here. Nothing to destroy is no error. Throws `stale-fence` and `store-unwritable` as `remove` does. */
  clear(id: string, options: FenceOptions): Promise<void>;
}

/** A move into quarantine. */
export interface QuarantineOptions extends FenceOptions {
  /** When its time is over, in ms since 1970. */
  readonly until: number;
}

/** What is known of a generation in quarantine. */
export interface Quarantined {
  readonly generation: number;
  /** When its time is over, in ms since 1970. */
  readonly until: number;
}

/** What a lease is taken for. */
export interface LeaseOptions extends CallOptions {
  /** Whether the holder is going to remove all generations first, so that nobody has to be able to read them. @default false */
  readonly toRemove?: boolean;
}

/** Which generation to read. */
export interface ReadOptions extends CallOptions {
  /** Only generations older than this one. */
  readonly before?: number;
}

/** Proof of being the newest owner. */
export interface FenceOptions extends CallOptions {
  readonly fence: number;
}

/** A write: the fence of the writer's lease, and metadata readable without the bytes. */
export interface WriteOptions extends FenceOptions {
  /** At most `MOST_METADATA` characters as JSON (half of that where the store encrypts), else `invalid-argument`. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Generations that this write does not prune, however old they are. The next write does, unless it names them again.
   * The store ignores a number that it has no generation of. @default none
   */
  readonly keep?: readonly number[];
}

/** One generation. */
export interface StoredBundle {
  readonly generation: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** May be iterated once. Throws `store-unreadable` when the bytes turn out damaged. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Who holds a session: told to whoever is refused. */
export interface LeaseHolder {
  readonly host: string;
  readonly pid: number;
  /** When the holder took it, in ms since 1970. */
  readonly since: number;
  /** What the holder is, such as `wakey start`. */
  readonly program: string;
}

/** The right to write one session. */
export interface Lease {
  readonly fence: number;
  /**
   * How long it lasts from its taking and from the start of each renewal that succeeded, in ms; then somebody else may
   * take it. Absent: as long as its process lives, and `renew` only proves that it is still ours.
   */
  readonly duration?: number;
  /** Extends it. Throws `lease-lost` when it has lapsed or somebody else has it now; anything else says nothing about it. */
  renew(options?: CallOptions): Promise<void>;
  /** Gives it back. May be called twice. */
  release(options?: CallOptions): Promise<void>;
}
