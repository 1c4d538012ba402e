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

/** What Node calls in the page. */
export interface Probe {
  /** As `read`, once it is clear what page this is, or after `ms`. */
  recognize(ms: number): Promise<string>;
  /** Reads everything again; resolves with the facts as JSON text. */
  read(): Promise<string>;
  /** Resolves with a ProbeAnswer as JSON text; `ms`: how long the command may take. */
  perform(command: ProbeCommand, ms: number): Promise<string>;
  /** Sends the reports to this function on `window` from now on. */
  reportTo(binding: string): void;
}

/** Puts the parts of the probe together and starts reading. */
export function startProbe(page: PageWindow, settings: ProbeSettings): Probe {
  const modules = readModules(page, settings.settle);
  const finder = findParts(page, modules);
  const reporter = reportTo(page, settings.binding, take);
  const { changed } = reporter;

  const socket = () => socketState(finder);
  const registered = () => isRegistered(finder);
  const canLink = () => registered() === false && ['UNPAIRED', 'UNPAIRED_IDLE'].includes(socket() ?? '');
  const isConnected = () => registered() === true && socket() === 'CONNECTED';

  const kind = recognize(page, finder, settings.patience);
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
      missing,
      scripts: { total, pending, failed },
      // What the page lacks is settled once its scripts are: each of them that comes, fails or is tried again counts.
      isSettled: isLacking([...missing, `${total} ${pending} ${failed}`], pending === 0 && modules.isSettled()),
      version: version.read(),
      isOnline: isOnline(finder),
      socket: socket(),
      hasSynced: hasSynced(finder),
      isRegistered: registered(),
      me: ownId(finder),
      percent: isConnected() ? syncPercent(finder) : undefined,
      // Awaited above: by now it may have been scanned.
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
