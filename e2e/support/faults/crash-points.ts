import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CrashingFiles } from './crashing-files.ts';
import { type FakeLife, fakeLife } from './fake-life.ts';
import { leftBehind, lookAtKept } from './kept.ts';
import { digestOf, filesIn, type Template } from './template.ts';

/** Something a session does, during which its process can die at any call. */
export interface Scenario {
  readonly name: string;
  /** Brings a copy of the template to where it begins. */
  prepare(main: string): void;
  act(life: FakeLife): Promise<void>;
  /** What is wrong with the session that comes next; nothing where all is well. */
  faults(next: Next, template: Template): readonly (string | false)[];
}

/** The session that comes after a crash. */
export interface Next {
  readonly main: string;
  readonly launched: string;
  readonly told: readonly string[];
  /** What the one before it told. */
  readonly toldBefore: readonly string[];
  /** Generations that unpack whole. */
  readonly good: readonly number[];
}

/** What goes wrong while a session does something. */
export interface Trouble {
  begin(sessionsDir: string): void;
  /** Everything works again. */
  end(): Promise<void>;
}

/** Death at the `nth` call that changes something. */
export function deathAt(files: CrashingFiles, nth: number): Trouble {
  return { begin: (sessionsDir) => files.arm(sessionsDir, nth), end: () => files.bury() };
}

/** Where a scenario is tried, and with what. */
export interface Stage {
  readonly scenario: Scenario;
  readonly template: Template;
  /** An empty directory. */
  readonly directory: string;
}

/** Lets a session get into trouble in a scenario, looks at the next one, and gives what is wrong with either. */
export async function tryOut(trouble: Trouble, { scenario, template, directory }: Stage): Promise<readonly string[]> {
  const sessionsDir = join(directory, 'sessions');
  const main = join(sessionsDir, 'main');
  mkdirSync(sessionsDir, { mode: 0o700 });
  cpSync(template.main, main, { recursive: true });
  scenario.prepare(main);

  trouble.begin(sessionsDir);
  const life = fakeLife(sessionsDir, template);
  // How it ends is told, or is not where it died: what matters is what it leaves.
  await scenario.act(life).catch(() => undefined);
  await life.session.stop().catch(() => undefined);
  await trouble.end();

  const next = fakeLife(sessionsDir, template);
  const failure = await next.begin().catch((error: unknown) => String(error));
  await next.session.stop();
  const { good, warnings } = await lookAtKept(sessionsDir, join(directory, 'looks'));
  const seen = { main, launched: next.launched.at(-1) ?? 'none', told: next.told, toldBefore: life.told, good };
  const faults = [
    failure !== undefined && `it did not start: ${failure}`,
    warnings.length > 0 && `kept, and not whole: ${warnings.join('; ')}`,
    ...(await leftBehind(sessionsDir)).map((name) => `${name} is left`),
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

/** It goes on by itself, with the profile as it was or as it was kept, and something is kept. */
function goesOn(next: Next, allowed: readonly string[]): readonly (string | false)[] {
  const { launched, told, toldBefore, good } = next;
  return [
    toldBefore.some((one) => /^(link-again|restored past|code)/.test(one)) && 'trouble was taken for damage',
    !allowed.includes(launched) && `it was launched with ${launched}`,
    told.includes('rescan') && 'a code is needed',
    good.length === 0 && 'nothing is kept any more',
  ];
}

function damage(main: string): void {
  const databases = join(profileOf(main), 'Default', 'IndexedDB');
  const [site = ''] = readdirSync(databases);
  writeFileSync(join(databases, site, 'CURRENT'), 'MANIFEST-999999\n');
}

/** Profiles in quarantine that are whole, as they were set aside. */
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

/** Everything that a session does with files. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'keep at the stop',
    prepare: () => undefined,
    act: async (life) => {
      await beReady(life);
      await life.session.stop();
    },
    faults: (next, { live }) => [
      ...goesOn(next, [live]),
      // Of the three stops that there were, the template's, this one and the next, one kept nothing.
      !next.good.includes(3) && !next.toldBefore.some(isBadNews) && 'it kept nothing, and did not say so',
    ],
  },
  {
    name: 'keep while the browser runs',
    prepare: () => undefined,
    act: async (life) => {
      await life.begin();
      await life.until('saved', 'warning');
    },
    faults: (next, { live }) => goesOn(next, [live]),
  },
  {
    name: 'bring back a missing profile',
    prepare: (main) => rmSync(profileOf(main), { recursive: true }),
    act: beReady,
    faults: (next, { kept }) => goesOn(next, [kept]),
  },
  {
    name: 'put a damaged profile aside and bring it back',
    prepare: (main) => {
      damage(main);
      setAsideBefore(main);
    },
    act: beReady,
    faults: (next, { kept, live }) => [
      ...goesOn(next, [kept]),
      // What was set aside is what the live one was but for the damage.
      !holdsMarker(next.main) && 'the damaged profile is lost',
      quarantined(next.main).includes(live) && 'a sound profile was set aside',
      quarantined(next.main).length > 3 && 'more than three profiles are in quarantine',
    ],
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
            next.launched !== 'none' && `an erased session came back with ${next.launched}`,
            next.good.length > 0 && 'an erased session is still kept',
            existsSync(join(next.main, 'quarantine')) && 'an erased session is still in quarantine',
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
            next.launched !== 'none' && `an erased session came back with ${next.launched}`,
            next.good.length > 0 && 'an erased session is still kept',
            existsSync(join(next.main, 'quarantine')) && 'an erased session is still in quarantine',
          ]),
    ],
  },
];

function hasBackupAside(main: string): boolean {
  return readdirSync(join(main, 'bundles')).some((name) => /^\d+\.quarantined\.json$/.test(name));
}

function holdsMarker(main: string): boolean {
  const directory = join(main, 'quarantine');
  return existsSync(directory) && filesIn(directory).some((path) => path.endsWith('File System/since'));
}
