import { ControlError } from './request.ts';
import type { ControlParts, ControlRoute } from './routes.ts';

/** The calls about messages and about what the service concludes from them. */
export function trafficRoutes({
  flow,
  traffic,
}: Pick<ControlParts, 'flow' | 'traffic'>): Readonly<Record<string, ControlRoute>> {
  const which = (query: URLSearchParams): string | undefined => query.get('account') ?? undefined;
  return {
    'GET /traffic': () => ({ traffic: flow.running() }),
    'POST /traffic'({ account, rate, bytes, ...others }) {
      const [unknown] = Object.keys(others);
      if (unknown !== undefined)
        throw new ControlError(
          400,
          'unknown-field',
          `This call has no field "${unknown}". The fields are: account, rate, bytes.`,
        );
      const options = {
        rate: numberOf('rate', rate),
        ...(bytes === undefined ? {} : { bytes: numberOf('bytes', bytes) }),
        ...(account === undefined ? {} : { account: textOf('account', account) }),
      };
      try {
        return traffic(options);
      } catch (error) {
        if (error instanceof RangeError) throw new ControlError(400, 'wrong-field', error.message);
        throw error;
      }
    },
    'GET /ratchets': (_, query) => ({ devices: flow.ratchets(which(query)) }),
    'GET /fallbacks': (_, query) => ({ fallbacks: flow.fallbacks(which(query)) }),
  };
}

function numberOf(field: string, value: unknown): number {
  if (typeof value === 'number') return value;
  throw new ControlError(400, 'wrong-field', `The field "${field}" must be a number.`);
}

function textOf(field: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new ControlError(400, 'wrong-field', `The field "${field}" must be a text.`);
}
