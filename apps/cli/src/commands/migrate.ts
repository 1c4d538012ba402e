import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { findForeignProfiles } from '@wakey/chromium';
import { migrateProfile } from '@wakey/client';
import { placeOptions, storeOptions } from '@wakey/config';
import type { ReportJson } from '@wakey/wire';
import { DONE } from '../exit-codes.js';
import { migrateOptions, outputOptions } from '../options/commands.js';
import { arrivalFields, arrivalLines, openDestination } from '../transfer/arrival.js';
import { chooseProfile } from '../transfer/choose-profile.js';
import { browserText } from '../transfer/facts.js';
import { untilSignal } from '../transfer/until-signal.js';
import { plain } from '../views/plain-view.js';
import { command } from './command.js';

/** `wakey migrate`: copies the login that another program has. */
export const migrate = command({
  name: 'migrate',
  summary: 'Take over a login of whatsapp-web.js, wppconnect or a Chromium profile.',
  description:
    'Copies the login out of the profile and does not change the profile. Stop the other program first, and do not run both: ' +
    'both would use the same login.',
  operand: {
    name: 'path',
    doc: 'The directory of the profile, or a directory that contains it: .wwebjs_auth, tokens/<session>, a user data directory.',
  },
  options: { ...migrateOptions, ...placeOptions, ...storeOptions, ...outputOptions },
  examples: [
    ['migrate .wwebjs_auth', 'take over the session of whatsapp-web.js'],
    ['migrate tokens/shop --session shop', 'take over the session shop of wppconnect'],
    ['migrate ~/.config/chromium --profile "Profile 1"', 'take over the login of a browser'],
  ],
  async run({ operand, values, given }, shell) {
    const { cwd, out } = shell;
    const { session: id, replace } = values;
    return untilSignal(shell, async (signal) => {
      const found = await findForeignProfiles(resolve(cwd, operand));
      const from = chooseProfile(found, { path: operand, wanted: values.profile });
      const store = await openDestination(values, false, shell);
      const migrated = await migrateProfile({
        ...{ sessionsDir: resolve(cwd, values.sessionsDir), id, replace, from, signal },
        ...(store === undefined ? {} : { store }),
        holder: { host: hostname(), pid: process.pid, since: Date.now(), program: 'wakey migrate' },
      });
      const { userDataDir, profile, kind, hasWhatsApp, sites } = from;
      const others = hasWhatsApp ? sites.length - 1 : 0;
      const { browser } = migrated;
      if (values.json) {
        const fields = {
          from: { kind, userDataDir, profile },
          browser,
          otherSites: others,
          ...arrivalFields(migrated),
        };
        const report: ReportJson = { session: id, event: 'migrated', ...fields };
        out.write(`${JSON.stringify(report)}\n`);
        return DONE;
      }
      const lines = [
        `Session ${id} has the login of profile "${profile}" in ${userDataDir} (${kind}). That profile was not changed.`,
        `  written by ${browserText(browser)}`,
        ...(others === 0 ? [] : [`  the data of ${others} other sites in that profile was copied too`]),
        ...arrivalLines(id, migrated, store, given),
      ];
      out.write(`${plain(lines).join('\n')}\n`);
      return DONE;
    });
  },
});
