import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '@wakey/core';
import type { CrashingFiles } from './crashing-files.ts';
import { type FakeLife, fakeLife } from './fake-life.ts';
import { leftBehind, lookAtKept } from './kept.ts';
import { digestOf, filesIn, type Template } from './template.ts';

/** An activity of a session, during which its process can die at any call. */
export interface Scenario {
  readonly name: string;
  /** The policy of all sessions of the scenario, where it differs from that of `fakeLife`. */
  readonly policy?: Partial<Policy>;
  /** Prepares a copy of the template for the scenario. `live` creates a session in it, whose process does not die. */
  prepare(main: string, live: () => FakeLife): void | Promise<void>;
  act(life: FakeLife): Promise<void>;
  /** Whether the machine is lost with its live profile after the crash, so that the next start has only the store. */
  readonly losesProfile?: boolean;
  /** What is wrong with the next session; `false` for each check that passes. */
  faults(next: Next, template: Template): readonly (string | false)[];
}

/** What the next start after a crash shows. */
export interface Next {
  readonly main: string;
  readonly launched: string;
  readonly told: readonly string[];
  /** The events of the session that crashed. */
  readonly toldBefore: readonly string[];
  /** The numbers of the backups that unpack without an error. */
  readonly good: readonly number[];
}

/** A fault that happens while a session does something. */
export interface Trouble {
  begin(sessionsDir: string): void;
  /** Ends the fault: everything works again. */
  end(): Promise<void>;
}

/** The fault "the process dies at the `nth` call that changes a file". */
export function deathAt(files: CrashingFiles, nth: number): Trouble {
  return { begin: (sessionsDir) => files.arm(sessionsDir, nth), end: () => files.bury() };
}

/** What `tryOut` needs to run a scenario. */
export interface Stage {
  readonly scenario: Scenario;
  readonly template: Template;
  /** An empty directory. */
  readonly directory: string;
}

/** Runs a scenario with a fault, starts the session again, and returns everything that is wrong. */
export async function tryOut(trouble: Trouble, { scenario, template, directory }: Stage): Promise<readonly string[]> {
  const sessionsDir = join(directory, 'sessions');
  const main = join(sessionsDir, 'main');
  mkdirSync(sessionsDir, { mode: 0o700 });
  cpSync(template.main, main, { recursive: true });
  const live = () => fakeLife(sessionsDir, template, { policy: scenario.policy ?? {} });
  await scenario.prepare(main, live);

  trouble.begin(sessionsDir);
  const life = live();
  // A dead session reports no ending. The test only looks at what it leaves.
  await scenario.act(life).catch(() => undefined);
  await life.session.stop().catch(() => undefined);
  await trouble.end();
  if (scenario.losesProfile === true) rmSync(profileOf(main), { recursive: true, force: true });

  const next = live();
  const failure = await next.begin().catch((error: unknown) => String(error));
  await next.session.stop();
  const { good, warnings } = await lookAtKept(sessionsDir, join(directory, 'looks'));
  const seen = { main, launched: next.launched.at(-1) ?? 'none', told: next.told, toldBefore: life.told, good };
  const faults = [
    failure !== undefined && `the next start failed: ${failure}`,
    warnings.length > 0 && `a backup is damaged: ${warnings.join('; ')}`,
    ...(await leftBehind(sessionsDir)).map((name) => `${name} remains`),
    ...scenario.faults(seen, template),
  ].filter((fault) => typeof fault === 'string');
  rmSync(sessionsDir, { recursive: true });
  return faults;
}

const isBadNews = (told: string) => /^(warning|ended)/.test(told);

const profileOf = (main: string) => join(main, 'profile');

async function beReady(life: FakeLife): Promise<void> {
  await life.begin();
  await life.session.ready();
}

/** With the policy `keep: 'eager'`, a session appends what the template's live profile has and its backup lacks. */
async function beReadyAndStop(life: FakeLife): Promise<void> {
  await beReady(life);
  await life.session.stop();
}

/** Checks that the next session resumes without a code from an allowed profile, and that there is a backup. */
function goesOn(next: Next, allowed: readonly string[]): readonly (string | false)[] {
  const { launched, told, toldBefore, good } = next;
  return [
    toldBefore.some((one) => /^(link-again|restored past|code)/.test(one)) &&
      'the session took the fault for a damaged backup',
    !allowed.includes(launched) && `the browser started on the profile ${launched}`,
    told.includes('rescan') && 'a code is needed',
    good.length === 0 && 'no backup is left',
  ];
}

function damage(main: string): void {
  const databases = join(profileOf(main), 'Default', 'IndexedDB');
  const [site = ''] = readdirSync(databases);
  writeFileSync(join(databases, site, 'CURRENT'), 'MANIFEST-999999\n');
}

/** The digests of the profiles in quarantine. */
function quarantined(main: string): readonly string[] {
  const directory = join(main, 'quarantine');
  return existsSync(directory) ? readdirSync(directory).map((name) => digestOf(join(directory, name))) : [];
}

function setAsideBefore(main: string): void {
  for (const day of ['01', '02', '03']) {
    const path = join(main, 'quarantine', `2026-01-${day}T00-00-00-000Z-profile-damaged`, 'Default', 'IndexedDB');
    mkdirSync(path, { recursive: true, mode: 0o700 });
    writeFileSync(join(path, 'secret'), day);
  }
}

/** Everything that a session does with files, as scenarios. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'save a backup at the stop',
    prepare: () => undefined,
    act: beReadyAndStop,
    faults: (next, { live }) => [
      ...goesOn(next, [live]),
      // The template, this session and the next session each stopped once. A missing backup 3 means that one stop saved nothing.
      !next.good.includes(3) && !next.toldBefore.some(isBadNews) && 'the stop saved no backup, and did not report that',
    ],
  },
  {
    name: 'save a backup while the browser runs',
    prepare: () => undefined,
    act: async (life) => {
      await life.begin();
      await life.until('saved', 'warning');
    },
    faults: (next, { live }) => goesOn(next, [live]),
  },
  {
    name: 'restore a missing profile',
    prepare: (main) => rmSync(profileOf(main), { recursive: true }),
    act: beReady,
    faults: (next, { kept }) => goesOn(next, [kept]),
  },
  {
    name: 'move a damaged profile to quarantine and restore a backup',
    prepare: (main) => {
      damage(main);
      setAsideBefore(main);
    },
    act: beReady,
    faults: (next, { kept, live }) => [
      ...goesOn(next, [kept]),
      // The quarantine must contain the damaged profile, which has one file that the backup lacks.
      !holdsMarker(next.main) && 'the damaged profile is lost',
      quarantined(next.main).includes(live) && 'an intact profile is in quarantine',
      quarantined(next.main).length > 3 && 'more than three profiles are in quarantine',
    ],
  },
  {
    name: 'keep what changed since the backup, and lose the profile',
    policy: { keep: 'eager' },
    prepare: () => undefined,
    act: beReadyAndStop,
    losesProfile: true,
    faults: (next, { kept, live }) => [
      ...goesOn(next, [kept, live]),
      next.launched === kept &&
        !next.toldBefore.some(isBadNews) &&
        'the change is not kept, and the stop did not report that',
    ],
  },
  {
    name: 'restore a backup with what changed since it',
    policy: { keep: 'eager' },
    prepare: async (main, live) => {
      await beReadyAndStop(live());
      if (!hasChangesKept(main)) throw new Error('The scenario needs a backup with changes appended.');
      rmSync(profileOf(main), { recursive: true });
    },
    act: beReady,
    faults: (next, { live }) => goesOn(next, [live]),
  },
  {
    name: 'erase',
    prepare: setAsideBefore,
    act: async (life) => {
      await beReady(life);
      const done = life.session.logout();
      life.browser.show({ type: 'logged-out', by: 'us', document: 1 });
      await done;
    },
    faults: (next, { live }) =>
      next.launched === live
        ? []
        : [
            next.launched !== 'none' && `an erased session started with the profile ${next.launched}`,
            next.good.length > 0 && 'an erased session still has a backup',
            existsSync(join(next.main, 'quarantine')) && 'an erased session still has a profile in quarantine',
          ],
  },
  {
    name: 'erase after a logout by the phone',
    prepare: setAsideBefore,
    act: async (life) => {
      await beReady(life);
      life.browser.show(
        { type: 'logged-out', by: 'phone', document: 1 },
        { type: 'logged-out', by: 'phone', document: 2 },
      );
      await life.until('ended');
    },
    faults: (next, { live }) => [
      next.good.length === 0 && !hasBackupAside(next.main) && 'every backup is lost',
      ...(next.launched === live
        ? []
        : [
            next.launched !== 'none' && `an erased session started with the profile ${next.launched}`,
            next.good.length > 0 && 'an erased session still has a backup',
            existsSync(join(next.main, 'quarantine')) && 'an erased session still has a profile in quarantine',
          ]),
    ],
  },
];

function hasChangesKept(main: string): boolean {
  return readdirSync(join(main, 'bundles')).some((name) => name.endsWith('.segments'));
}

function hasBackupAside(main: string): boolean {
  return readdirSync(join(main, 'bundles')).some((name) => /^\d+\.quarantined\.json$/.test(name));
}

function holdsMarker(main: string): boolean {
  const directory = join(main, 'quarantine');
  return existsSync(directory) && filesIn(directory).some((path) => path.endsWith('File System/since'));
}
