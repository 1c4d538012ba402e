import type { Clause } from '../clause.js';
import { absences } from './absences.js';
import type { DriverClause, DriverUnderTest, OpenSubject } from './clause.js';
import { attachClauses } from './clauses/attach.js';
import { attachOthersClauses } from './clauses/attach-others.js';
import { capabilityClauses, pageCapabilityClauses } from './clauses/capabilities.js';
import { endingClauses } from './clauses/endings.js';
import { evaluateClauses } from './clauses/evaluate.js';
import { exposeClauses } from './clauses/expose.js';
import { fleetClauses } from './clauses/fleet.js';
import { followingClauses } from './clauses/following.js';
import { followingEndClauses } from './clauses/following-ends.js';
import { launchClauses } from './clauses/launch.js';
import { memoryClauses } from './clauses/memory.js';
import { navigateClauses } from './clauses/navigate.js';
import { networkClauses } from './clauses/network.js';
import { optionClauses } from './clauses/options.js';
import { profileClauses } from './clauses/profile.js';
import { profileFormatClauses } from './clauses/profile-format.js';
import { snapshotClauses } from './clauses/snapshot.js';
import { stateClauses } from './clauses/state.js';
import { workerClauses } from './clauses/workers.js';
import type { DriverSubject } from './subject.js';

/**
 * Every promise of `BrowserDriver` and its handles. The name of each clause is unique and begins with its subject.
 * Check them one after another, because they share a browser.
 */
export const driverClauses: readonly Clause<DriverSubject, DriverUnderTest>[] = [
  ...alone('capabilities', capabilityClauses),
  ...onPage('capabilities', pageCapabilityClauses),
  ...alone('launch', launchClauses),
  ...alone('launch', profileClauses),
  ...alone('profile format', profileFormatClauses),
  ...alone('profile format', followingClauses),
  ...alone('profile format', followingEndClauses),
  ...alone('options', optionClauses),
  ...onPage('navigation', navigateClauses),
  ...onPage('evaluate', evaluateClauses),
  ...onPage('expose', exposeClauses),
  ...onPage('page', stateClauses),
  ...alone('snapshot', snapshotClauses),
  ...alone('memory', memoryClauses),
  ...alone('endings', endingClauses),
  ...alone('network', networkClauses),
  ...alone('network', workerClauses),
  ...alone('attach', attachClauses),
  ...alone('attach', attachOthersClauses),
  ...alone('fleet', fleetClauses),
];

function alone(about: string, clauses: readonly DriverClause[]): readonly Clause<DriverSubject, DriverUnderTest>[] {
  return clauses.map((clause) => published(about, clause, (subject) => subject.alone(clause.check)));
}

function onPage(
  about: string,
  clauses: readonly DriverClause<OpenSubject>[],
): readonly Clause<DriverSubject, DriverUnderTest>[] {
  return clauses.map((clause) =>
    published(about, clause, (subject) => subject.onPage(clause.check, clause.spoils === true)),
  );
}

/** If the capability is absent, the driver must say so instead of trying. */
function published(
  about: string,
  { name, needs, sabotage }: Pick<DriverClause, 'name' | 'needs' | 'sabotage'>,
  check: (subject: DriverSubject) => Promise<void>,
): Clause<DriverSubject, DriverUnderTest> {
  return {
    name: `${about}: ${name}`,
    ...(needs === undefined ? {} : { needs }),
    sabotage,
    check: (subject) =>
      needs === undefined || subject.capabilities[needs].supported ? check(subject) : subject.alone(absences[needs]),
  };
}
