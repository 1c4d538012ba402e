import type { EventJson } from './types.js';

/** The event without the text of its code, for everybody who must not link a device or sign for the account. */
export function withoutSecrets(event: EventJson): EventJson {
  switch (event.event) {
    case 'qr': {
      const { qr: _, ...rest } = event;
      return rest;
    }
    case 'passkey': {
      const { request: _, ...rest } = event;
      return rest;
    }
    case 'link-code': {
      if (event.direction === 'type-here') return event;
      const { code: _, ...rest } = event;
      return rest;
    }
    default:
      return event;
  }
}
