import type { Me } from '../../protocol.ts';
import { makeWid } from './wid.ts';

/** The contact of the account itself, which every account has. */
export interface OwnContact {
  show(me: Me): void;
  /** Returns a list with only this contact; empty before the first login. */
  list(): readonly object[];
}

/** See {@link OwnContact}. */
export function makeOwnContact(): OwnContact {
  let contacts: readonly object[] = [];
  return {
    show({ wid, pushname }) {
      const id = makeWid(wid);
      const fields = {
        id,
        name: pushname,
        pushname,
        type: 'in',
        isMe: true,
        isUser: true,
        isWAContact: true,
        isGroup: false,
      };
      contacts = [{ ...fields, attributes: fields, serialize: () => ({ ...fields }), toJSON: () => ({ ...fields }) }];
    },
    list: () => contacts,
  };
}
