import { makeCollection, makeModelClass } from '../models/collection.ts';
import { makeWid } from '../models/wid.ts';
import type { ModuleParts, ModuleTable } from './parts.ts';

/** The modules of the application that clients read before a login. */
export function appModules({ context }: ModuleParts): ModuleTable {
  const { line, settings, troubles, updater } = context;
  const lost = { emitter: () => false };
  const collection = (name: string) => makeCollection(name, makeModelClass(name), lost.emitter);
  const chats = collection('Chat');
  const messages = collection('Msg');
  const contacts = makeCollection('Contact', makeModelClass('Contact'), lost.emitter, context.models.ownContact.list);
  const { version } = settings;
  const [primary, secondary, tertiary] = version.split('.').map(Number);

  /** Makes one round trip to the service, which shows whether the stream is really alive. */
  async function roundTrip<T>(what: string, value: T): Promise<T> {
    if (troubles.now().zombie) return new Promise(() => undefined);
    await line.ask((id) => ({ type: 'query', id, what }));
    return value;
  }

  return {
    WAWebCollections: () => ({
      Chat: chats,
      Msg: messages,
      Contact: contacts,
      GroupMetadata: collection('GroupMetadata'),
      Presence: collection('Presence'),
      Blocklist: collection('Blocklist'),
      StatusV3: collection('StatusV3'),
      Label: collection('Label'),
      BusinessProfile: Object.assign(collection('BusinessProfile'), { fetchBizProfile: async () => ({}) }),
      Sticker: collection('Sticker'),
      Call: collection('Call'),
    }),
    WAWebChatCollection: () => ({ ChatCollection: chats }),
    WAWebPresenceCollection: () => ({ PresenceCollection: collection('Presence') }),
    WAWebContactCollection: () => ({ ContactCollection: contacts }),
    WAWebMsgCollection: () => {
      const MsgCollection = Object.assign(messages, { processMultipleMessages: async () => [] });
      return { MsgCollection, MsgCollectionImpl: Object.assign(() => MsgCollection, { prototype: MsgCollection }) };
    },
    WAWebHistorySyncProgressModel: () => ({ getHistorySyncProgress: () => ({}) }),
    WAWebForwardMessagesToChat: () => ({ forwardMessages: async () => [] }),
    WAWebUserPrefsGeneral: () => ({ getWhatsAppWebExternalBetaJoinedIdb: async () => false }),
    WAWebLid1X1MigrationGating: () => ({ Lid1X1MigrationUtils: { isLidMigrated: () => true } }),
    WAWebChatSearchQuery: () => ({
      SearchQuery: Object.assign(() => undefined, { prototype: { updateLabelQuery: () => undefined } }),
    }),
    WAWebSyncGatingUtils: () => ({ isPlaceholderMessageResendEnabled: () => false }),
    WAWebBuildConstants: () => ({
      VERSION_STR: version,
      SANITIZED_VERSION_STR: version,
      VERSION_BASE: version,
      VERSION_PRIMARY: primary,
      VERSION_SECONDARY: secondary,
      VERSION_TERTIARY: tertiary,
    }),
    WAWebUpdater: () => ({ Updater: updater, UpdaterImpl: () => updater }),
    WAWebMiscBrowserUtils: () => {
      const info = () => ({ os: 'Linux', name: 'Chrome', version: '130', ua: navigator.userAgent });
      return {
        __esModule: true,
        default: { info, hardRefresh: () => location.reload() },
        info,
        hardRefresh: () => location.reload(),
      };
    },
    WAWebOfficialClientGating: () => ({ isOfficialClient: true }),
    'WAWebIntroPanel.scss': () => ({ intro: 'intro-panel' }),
    WAWebL10N: () => ({
      __esModule: true,
      default: { localeStrings: {} },
      getRegion: () => 'GB',
      getLocale: () => 'en',
    }),
    WAWebAddonReactionTableMode: () => ({ reactionTableMode: { bulkUpsert: async () => undefined } }),
    WAWebAddonPollVoteTableMode: () => ({ pollVoteTableMode: { bulkUpsert: async () => undefined } }),
    WAWebWidFactory: () => ({ createWid: makeWid, createUserWid: (user: string) => makeWid(`${user}@c.us`) }),
    WADeprecatedSendIq: () => ({ deprecatedSendIq: (stanza: unknown) => roundTrip('iq', { stanza, success: true }) }),
    WAWebQueryExistsJob: () => ({
      queryWidExists: (wid: unknown) => roundTrip('exists', { wid: makeWid(String(wid)), biz: false }),
    }),
    WAWebBackendJobsCommon: () => ({ mediaTypeFromProtobuf: () => undefined, encodeMaybeMediaType: () => undefined }),
    WAWebE2EProtoUtils: () => ({ typeAttributeFromProtobuf: () => 'text' }),
  };
}
