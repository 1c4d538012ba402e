import type { ProbeAnswer, ProbeCommand, ProbeSettings } from '../probe-command.js';
import { perform } from './commands.js';
import {
  hasSynced,
  isCut,
  isOnline,
  isRegistered,
  isStreamless,
  ownId,
  socketState,
  syncPercent,
} from './connection.js';
import { pause } from './deadline.js';
import { readDialog } from './dialog.js';
import { findParts } from './finder.js';
import { recognize } from './kind.js';
import { linkByCode } from './link-code.js';
import { watchLiveness } from './liveness.js';
import { noteLogout } from './logout.js';
import { readModules } from './modules.js';
import { judgeLack, judgeRefusal, judgeStop, noteBan, noteOtherTab } from './notes.js';
import type { PageWindow } from './page-window.js';
import { interceptPasskeys } from './passkey.js';
import { readQr } from './qr.js';
import { type Reading, reportTo } from './report.js';
import { readRestrictions } from './restrictions.js';
import { watchScripts } from './scripts.js';
import { watchVersion } from './version.js';
import { watchPage } from './watch-page.js';

/** The functions that Node calls in the page. */
export interface Probe {
  /** Resolves as `read` does, once the page is recognized, or after `ms`. */
  recognize(ms: number): Promise<string>;
  /** Reads the page; resolves with the facts as JSON text. */
  read(): Promise<string>;
  /** Carries out a command within `ms`; resolves with a ProbeAnswer as JSON text. */
  perform(command: ProbeCommand, ms: number): Promise<string>;
  /** Sends all further reports to this function on `window`. */
  reportTo(binding: string): void;
}

/** Connects the parts of the probe and starts to read the page. */
export function startProbe(page: PageWindow, settings: ProbeSettings): Probe {
  const modules = readModules(page, settings.settle);
  const finder = findParts(page, modules);
  const reporter = reportTo(page, settings.binding, take);
  const { changed } = reporter;

  const socket = () => socketState(finder);
  const registered = () => isRegistered(finder);
  const canLink = () => registered() === false && ['UNPAIRED', 'UNPAIRED_IDLE'].includes(socket() ?? '');
  const isConnected = () => registered() === true && socket() === 'CONNECTED';

  const isTaken = () => registered() === true || finder.has({ selector: '[data-ref]' });
  const kind = recognize(page, finder, settings.patience, isTaken);
  const scripts = watchScripts(page, changed);
  const version = watchVersion(page, finder);
  const isLacking = judgeLack(settings.settle);
  const logout = noteLogout(page);
  const passkeys = interceptPasskeys(page, () => registered() === false, changed);
  const qr = readQr(finder);
  const linkCodes = linkByCode({ finder, canLink, isRegistered: registered, changed });
  const dialog = readDialog(finder);
  const liveness = watchLiveness(finder, settings.aliveEvery);
  const ban = noteBan();
  const restrictions = readRestrictions(finder);
  const otherTab = noteOtherTab(page, changed);
  const hasStopped = judgeStop();
  const wasRefused = judgeRefusal();
  const isElsewhere = () => otherTab.isSeen() && (socket() ?? 'UNLAUNCHED') === 'UNLAUNCHED';
  const context = { finder, linkCodes, dialog, passkeys, socket, isRegistered: registered, isElsewhere };
  const watch = watchPage(page, finder, {
    changed,
    logout: logout.note,
    banned: ban.note,
    restricted: restrictions.note,
    linkCode: linkCodes.events,
    isBooting: () => kind.read().kind !== 'whatsapp' || finder.missing(false).length > 0,
  });

  async function take(): Promise<Reading> {
    modules.look();
    scripts.look();
    watch.look();
    qr.look();
    ban.look(isConnected());
    if (isConnected() && hasSynced(finder)) liveness.check(changed);
    const offersQr = () => canLink() && socket() === 'UNPAIRED' && !linkCodes.isChosen();
    const code = offersQr() ? await qr.read() : undefined;
    const restricted = isConnected() && hasSynced(finder) ? await restrictions.read() : undefined;
    const { linkCode, linkCodeWanted, linkCodeFailure } = linkCodes.read();
    const { kind: what, status } = kind.read();
    const missing = what === 'whatsapp' ? finder.missing(offersQr()) : [];
    const { total, pending, failed } = scripts.read();
    const isOutdated = wasRefused(finder.first('updater')?.values[0], isCut(finder));
    return {
      kind: what,
      status,
      userAgent: what === 'refusing' ? page.navigator.userAgent : undefined,
      missing,
      scripts: { total, pending, failed },
      // The missing parts are settled once the scripts are: a script that arrives, fails or is tried again starts the
      // wait again.
      isSettled: isLacking([...missing, `${total} ${pending} ${failed}`], pending === 0 && modules.isSettled()),
      version: version.read(),
      isOnline: isOnline(finder),
      socket: socket(),
      hasSynced: hasSynced(finder),
      isRegistered: registered(),
      me: ownId(finder),
      percent: isConnected() ? syncPercent(finder) : undefined,
      // The code was read asynchronously above; the phone may have scanned it since.
      qr: offersQr() ? code : undefined,
      linkCode,
      linkCodeWanted,
      linkCodeFailure,
      isBanned: ban.isBanned(),
      isOutdated,
      isElsewhere: isElsewhere(),
      isStopped: hasStopped(isOutdated || (registered() === true && isStreamless(finder))),
      logout: logout.read(registered(), isConnected()),
      dialog: registered() === true ? dialog.read() : undefined,
      passkey: passkeys.read().passkey,
      timeLock: restricted?.timeLock,
      capping: restricted?.capping,
      isAlive: liveness.isAlive(),
    };
  }

  changed();
  return {
    async recognize(ms) {
      const end = performance.now() + ms;
      while (kind.read().kind === 'loading' && performance.now() < end) await pause(50);
      return reporter.read();
    },
    read: reporter.read,
    async perform(command, ms) {
      const answer: ProbeAnswer = await perform(context, command, ms);
      changed();
      return JSON.stringify(answer);
    },
    reportTo: reporter.reportTo,
  };
}
