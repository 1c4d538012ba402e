import { makeCollection, makeModelClass } from '../models/collection.ts';
import type { ModuleTable } from './parts.ts';

/**
 * Modules that wa-js finds by their exports. wa-js works without them, but prints warnings. Their functions do nothing;
 * wa-js only finds and wraps them.
 */
export function clientModules(): ModuleTable {
  return Object.fromEntries([
    ...Object.entries(functionNames).map(([module, names]) => [module, () => inert(names)]),
    ['WAWebContactGetters', () => getters(contactGetters)],
    ...modelNames.map((name) => [`WAWeb${name}Model`, () => modelModule(name)]),
    ...collectionNames.map((name) => [`WAWeb${name}Collection`, () => collectionModule(name)]),
  ]) as ModuleTable;
}

const modelNames = ['Contact', 'Msg', 'Chat'];
const collectionNames = ['Blocklist', 'StatusV3', 'Call'];

const contactGetters =
  'getNotifyName getIsMe getIsUser getIsGroup getUserid getIsIAS getIsSupportAccount getIsWAContact getIsEnterprise ' +
  'getCanRequestPhoneNumber getShowBusinessCheckmarkAsPrimary getShowBusinessCheckmarkAsSecondary ' +
  'getShowBusinessCheckmarkInChatlist getIsDisplayNameApproved getShouldForceBusinessUpdate getSearchVerifiedName ' +
  'getHeader getVerifiedName getVerifiedLevel getStatusMute getName getShortName getPushname';

const functionNames: Readonly<Record<string, string>> = {
  WAWebFrontendContactGetters:
    'getIsMyContact getMentionName getPhoneNumber getTextStatusString getPnForLid getDisplayNameOrPnForLid ' +
    'getFormattedPhone getSearchName getFormattedShortNameWithNonBreakingSpaces getFormattedShortName ' +
    'getFormattedName getFormattedUser',
  WAWebE2EProtoGenerator: 'createMsgProtobuf',
  WAWebEncryptAndSendMsg: 'encryptAndSendMsg',
  WAWebDBUpdateGroup: 'updateDBForGroupAction',
  WAWebHandleReceipts: 'handleChatSimpleReceipt handleGroupSimpleReceipt handleStatusSimpleReceipt',
  WAWebABProps: 'getABPropConfigValue',
  WAWebMinimalLinkPreview: 'genMinimalLinkPreview',
  WAWebSendMsgCreateFanoutStanza: 'createFanoutMsgStanza',
  WAWebGenerateVideoThumbsAndDuration: 'generateVideoThumbsAndDuration',
  WAWebProcessRawSticker: 'processRawSticker',
  WAWebUploadMedia: 'uploadMedia',
  WAWebChatPinUtils: 'getNumChatsPinned',
  WAWebLabelCollectionUtils: 'addToLabelCollection removeLabelFromCollection',
  WAWebPollsUpsertVotes: 'upsertVotesDb upsertVotes',
  WAWebReactionsCollectionUtils: 'addOrUpdateReactionsModelCollection createOrUpdateReactions',
  WAWebHandleSingleMsg: 'handleSingleMsg',
  WAWebPrimaryFeatures: 'primaryFeatureEnabled',
  WAWebMsgUnreadType: 'isUnreadTypeMsg',
  WAWebCreateChatRecord: 'createChatRecord',
  WAWebContactProfilePicThumbBridge: 'requestProfilePicFromServer profilePicResync',
  WAWebUserPrefsAutoDownload:
    'getTheme setTheme getAutoDownloadPhotos setAutoDownloadPhotos getAutoDownloadAudio setAutoDownloadAudio ' +
    'getAutoDownloadVideos setAutoDownloadVideos getAutoDownloadDocuments setAutoDownloadDocuments',
  WAWebInboxFilters: 'isFilterExcludedFromSearchTreatmentInInboxFlow',
};

/** Creates functions that read the property of a model that their name contains. */
function getters(names: string): object {
  const property = (name: string) => `${name.charAt(3).toLowerCase()}${name.slice(4)}`;
  const getter = (name: string) => (model: Readonly<Record<string, unknown>>) => model[property(name)];
  return Object.fromEntries(names.split(' ').map((name) => [name, getter(name)]));
}

function inert(names: string): object {
  return Object.fromEntries(names.split(' ').map((name) => [name, () => undefined]));
}

function modelModule(name: string): object {
  const model = makeModelClass(name);
  return { __esModule: true, default: model, [`${name}Model`]: model };
}

/** Creates a module with the only instance of a collection and its class. */
function collectionModule(name: string): object {
  const Impl = Object.assign(() => undefined, { prototype: {} });
  const collection = makeCollection(name, makeModelClass(name), () => false);
  Object.setPrototypeOf(collection, Impl.prototype);
  return {
    __esModule: true,
    default: Object.assign(collection, { processIncomingCall: (call: unknown) => call }),
    [`${name}CollectionImpl`]: Impl,
    [`${name}Collection`]: collection,
  };
}
