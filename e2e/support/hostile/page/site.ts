import type { Clock } from '@wakey/client';
import { isUsable, type Pose, poses, type Shown } from './poses.ts';
import type { Answers, HostileDocument } from './script.ts';

/** The session's own origin. */
export const ownOrigin = 'https://web.whatsapp.test';
const otherOrigin = 'https://portal.test';

/** A document while it is there. */
export interface Doc {
  /** Counted by the world, which knows the true order. */
  readonly number: number;
  readonly url: string;
  readonly status: number;
  readonly answers: Answers;
  readonly reports: HostileDocument['reports'];
  /** Whether it is WhatsApp's own. */
  readonly isHonest: boolean;
  /** What it shows now. */
  show(): Shown;
  /** Lets it show something else for some ms. */
  disguise(pose: Pose, lasts: number): void;
  /** After how many ms from its beginning it shows something else. */
  readonly changesAt: readonly number[];
  /** After how many ms it gives way to another one by itself; 0: never. */
  readonly lasts: number;
}

/** What the service and the profile truly hold. */
export interface Truth {
  /** Whether the service lists the device. */
  isLinked: boolean;
  /** Whether the profile of the running browser holds the login. */
  hasLogin(): boolean;
  forgetLogin(): void;
}

/** Serves documents: the true ones, or those that the script has put in their place. */
export interface Site {
  /** Documents that are served next, in the place of the true ones. */
  readonly next: HostileDocument[];
  /** Whether nothing can be loaded. */
  isOut: boolean;
  serve(url: string): Doc;
  serveThis(document: HostileDocument): Doc;
}

/** When the true page gets on with its boot, in ms: document, modules, line, synced. */
const boot = [300, 800, 1_500, 2_500] as const;

/** When the true page knows at the latest that the service does not know its device any more. */
export const leavesAfter = boot[2] + 900;

/** The site, for one life. */
export function makeSite(clock: Clock, truth: Truth): Site {
  let count = 0;

  /** A document that can be made to show something else. */
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
    // The device that the service does not know any more is told so when it connects, and leaves.
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

/** Whether a document can be used, taken at its word: it says so, and answers when asked. */
export function isUsableDoc(doc: Doc): boolean {
  return ['promptly', 'overtaken', 'slowly', 'huge'].includes(doc.answers) && isUsable(doc.show());
}
