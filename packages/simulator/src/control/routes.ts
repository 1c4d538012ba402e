import type { Accounts } from '../backend/accounts.ts';
import type { Traffic, TrafficOptions } from '../backend/traffic/traffic.ts';
import type { Journal } from '../journal.ts';
import type { LinkResult, Phone, PhoneOptions } from '../phone/phone.ts';
import { UnreadablePicture } from '../phone/read-picture.ts';
import { parseTroubles, type Troubles, troubleNames, troubleTable } from '../troubles.ts';
import { ControlError, textFields } from './request.ts';
import { trafficRoutes } from './traffic-routes.ts';

/** The objects that the control API uses. */
export interface ControlParts {
  readonly phone: Phone;
  readonly accounts: Accounts;
  readonly journal: Journal;
  readonly troubles: () => Troubles;
  readonly trouble: (patch: Partial<Troubles>) => Troubles;
  readonly rotateSecrets: () => void;
  readonly replace: (device: string) => boolean;
  readonly traffic: (options: TrafficOptions) => Required<TrafficOptions>;
  readonly flow: Traffic;
}

/** One call: takes the body and the query, and returns the JSON of the answer. */
export type ControlRoute = (
  body: Readonly<Record<string, unknown>>,
  query: URLSearchParams,
) => unknown | Promise<unknown>;

/** Every call of the control API, by method and path. */
export function controlRoutes(parts: ControlParts): Readonly<Record<string, ControlRoute>> {
  const { phone, accounts, journal } = parts;

  async function scanPicture(bytes: Buffer, options: PhoneOptions): Promise<LinkResult> {
    try {
      return await phone.scanPng(bytes, options);
    } catch (error) {
      if (error instanceof UnreadablePicture) throw new ControlError(400, 'not-a-picture', error.message);
      throw error;
    }
  }

  return {
    async 'POST /phone/scan'(body) {
      const { qr, png, account } = textFields(body, ['qr?', 'png?', 'account?']);
      if ((qr === undefined) === (png === undefined)) {
        throw new ControlError(
          400,
          'wrong-field',
          'Send either "qr" (the text of the code) or "png" (a picture of it, base64).',
        );
      }
      if (qr !== undefined) return linked(await phone.scan(qr, which(account)));
      return linked(await scanPicture(Buffer.from(png ?? '', 'base64'), which(account)));
    },
    async 'POST /phone/enter-code'(body) {
      const { code = '', account } = textFields(body, ['code', 'account?']);
      return linked(await phone.enterCode(code, which(account)));
    },
    'GET /phone/code': (_, query) => ({ code: phone.shownCode(which(query.get('account') ?? undefined)) ?? null }),
    'GET /phone/devices': (_, query) => ({ devices: phone.devices(which(query.get('account') ?? undefined)) }),
    'POST /phone/unlink'(body) {
      const { device: named, account } = textFields(body, ['device?', 'account?']);
      const device = named ?? phone.devices(which(account)).at(-1)?.id;
      if (device !== undefined && phone.unlink(device)) return { unlinked: device };
      const missing = named === undefined ? 'No device' : `No device "${named}"`;
      throw new ControlError(
        404,
        'unknown-device',
        `${missing} is linked. GET /phone/devices lists the linked devices.`,
      );
    },
    'POST /phone/passkeys'(body) {
      const { id = '', publicKey = '' } = textFields(body, ['id', 'publicKey']);
      try {
        phone.addPasskey({ id, publicKey });
      } catch (error) {
        throw new ControlError(
          400,
          'wrong-field',
          `"publicKey" is not an ES256 key as SPKI in base64url (${String(error)}).`,
        );
      }
      return { registered: id };
    },
    'GET /accounts': () => ({ accounts: accounts.list() }),
    'POST /accounts'(body) {
      const fields = textFields(body, ['number', 'pushname?', 'platform?', 'lid?']);
      const { number = '', pushname = 'Someone', platform = 'android', lid = `2${number}` } = fields;
      if (!/^\d{7,15}$/.test(number))
        throw new ControlError(400, 'wrong-field', '"number" must have 7 to 15 digits and no "+".');
      accounts.add({ number, pushname, platform, lid });
      return accounts.find(number);
    },
    'GET /trouble': () => ({
      troubles: parts.troubles(),
      known: troubleNames.map((name) => {
        const { doc, values, off } = troubleTable[name];
        return { name, doc, values, off };
      }),
    }),
    'POST /trouble': (body) => ({ troubles: parts.trouble(readTroubles(body)) }),
    'POST /rotate-secret'(body) {
      textFields(body, []);
      parts.rotateSecrets();
      return {};
    },
    'POST /replace'(body) {
      const { device = '' } = textFields(body, ['device']);
      if (parts.replace(device)) return { replaced: device };
      throw new ControlError(
        404,
        'not-online',
        `Device "${device}" is not online. GET /phone/devices lists the linked devices.`,
      );
    },
    ...trafficRoutes(parts),
    'GET /log': (_, query) => {
      const after = Number(query.get('after') ?? 0);
      return { entries: journal.entries().filter(({ seq }) => seq > after) };
    },
  };
}

function readTroubles(body: Readonly<Record<string, unknown>>): Partial<Troubles> {
  try {
    return parseTroubles(body);
  } catch (error) {
    throw new ControlError(400, 'wrong-trouble', error instanceof Error ? error.message : String(error));
  }
}

function which(account: string | undefined): PhoneOptions {
  return account === undefined ? {} : { account };
}

function linked(result: LinkResult): unknown {
  if (result.ok) return { device: result.device };
  throw new ControlError(409, result.reason, result.message);
}
