import type { Clock } from '@wakey/client';
import { isUsable, type Pose, poses, type Shown } from './poses.ts';
import type { Answers, HostileDocument } from './script.ts';

/** The session's own origin. */
export const ownOrigin = 'https://web.whatsapp.test';
const otherOrigin = 'https://portal.test';

/** A loaded document. */
export interface Doc {
  /** The number of the document, in the true order of loads. */
  readonly number: number;
  readonly url: string;
  readonly status: number;
  readonly answers: Answers;
  readonly reports: HostileDocument['reports'];
  /** Whether it is WhatsApp's own. */
  readonly isHonest: boolean;
  /** The facts that it shows now. */
  show(): Shown;
  /** Lets it show something else for some ms. */
  disguise(pose: Pose, lasts: number): void;
  /** The times at which it shows something else, in ms since it was loaded. */
  readonly changesAt: readonly number[];
  /** After how many ms another document replaces it; 0: never. */
  readonly lasts: number;
}

/** The true state of the service and of the profile. */
export interface Truth {
  /** Whether the service lists the device. */
  isLinked: boolean;
  /** Whether the profile of the running browser holds the login. */
  hasLogin(): boolean;
  forgetLogin(): void;
}

/** Serves documents: the true page, or the hostile documents of the script. */
export interface Site {
  /** The hostile documents for the next loads. */
  readonly next: HostileDocument[];
  /** Whether nothing can be loaded. */
  isOut: boolean;
  serve(url: string): Doc;
  serveThis(document: HostileDocument): Doc;
}

/** When the true page reaches the stages of its boot, in ms: document, modules, connection, synced. */
const boot = [300, 800, 1_500, 2_500] as const;

/** The latest time at which the true page knows that the service has removed its device, in ms. */
export const leavesAfter = boot[2] + 900;

/** Creates the site for one session. */
export function makeSite(clock: Clock, truth: Truth): Site {
  let count = 0;

  /** Creates a document that `disguise` can make show something else. */
  function document(plain: Omit<Doc, 'disguise' | 'number'>): Doc {
    let mask: { readonly pose: Pose; readonly until: number } | undefined;
    count += 1;
    return {
      ...plain,
      number: count,
      show: () => (mask !== undefined && clock.now() < mask.until ? poses[mask.pose] : plain.show()),
      disguise(pose, lasts) {
        mask = { pose, until: clock.now() + lasts };
      },
    };
  }

  function honest(url: string): Doc {
    const began = clock.now();
    const elapsed = () => clock.now() - began;
    const announced = URL.parse(url)?.searchParams.get('post_logout') === '1' && !truth.hasLogin();
    // The service refuses a removed device when it connects, and then the page logs out.
    const isLeaving = () => truth.hasLogin() && !truth.isLinked && elapsed() >= boot[2];
    return document({
      isHonest: true,
      url,
      status: 200,
      answers: 'promptly',
      reports: 'once',
      changesAt: boot,
      lasts: 0,
      show(): Shown {
        const logout = announced ? { logout: { code: '7', isAwaited: false } } : {};
        if (elapsed() < boot[0]) return { ...poses.loading, ...logout };
        if (elapsed() < boot[1]) return { ...poses['late-modules'], ...logout };
        if (isLeaving()) return poses['event-awaited'];
        if (truth.hasLogin()) {
          if (elapsed() < boot[2]) return poses.opening;
          return elapsed() < boot[3] ? poses.syncing : poses.ready;
        }
        if (elapsed() < boot[2]) return { ...poses.unregistered, ...logout };
        return { ...poses.unpaired, qr: { text: `true-ref-${began}`, ttl: 60_000 }, ...logout };
      },
    });
  }

  function serveThis({ site, address, frames, status, answers, reports, lasts }: HostileDocument): Doc {
    const began = clock.now();
    const ends = frames.map((_, index) => frames.slice(0, index + 1).reduce((sum, frame) => sum + frame.lasts, 0));
    return document({
      isHonest: false,
      url: `${site === 'own' ? ownOrigin : otherOrigin}/${address === 'plain' ? '' : '?post_logout=1&logout_reason=7'}`,
      status,
      answers,
      reports,
      changesAt: [0, ...ends.slice(0, -1)],
      lasts,
      show() {
        const elapsed = clock.now() - began;
        const index = ends.findIndex((end) => elapsed < end);
        return poses[(frames[index] ?? frames.at(-1))?.pose ?? 'loading'];
      },
    });
  }

  const site: Site = {
    next: [],
    isOut: false,
    serve(url) {
      const hostile = site.next.shift();
      if (hostile !== undefined) return serveThis(hostile);
      const isOwn = URL.parse(url)?.origin === ownOrigin;
      return isOwn ? honest(url) : serveThis(portal);
    },
    serveThis,
  };
  return site;
}

const portal: HostileDocument = {
  site: 'other',
  address: 'plain',
  status: 200,
  frames: [
    { pose: 'loading', lasts: 5_000 },
    { pose: 'foreign', lasts: 1 },
  ],
  answers: 'promptly',
  reports: 'once',
  lasts: 0,
};

/** Whether a document is usable by its own report, and answers readings. */
export function isUsableDoc(doc: Doc): boolean {
  return ['promptly', 'overtaken', 'slowly', 'huge'].includes(doc.answers) && isUsable(doc.show());
}
