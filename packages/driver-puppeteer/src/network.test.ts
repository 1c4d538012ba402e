import { describe } from 'vitest';
import { attachClauses } from './testing/clauses/attach.js';
import { fleetClauses } from './testing/clauses/fleet.js';
import { networkClauses } from './testing/clauses/network.js';
import { runClauses } from './testing/run-clauses.js';
import { tested } from './testing/tested-driver.js';

describe('what others see', () => runClauses(tested, networkClauses));
describe('attaching', () => runClauses(tested, attachClauses));
describe('many at a time', () => runClauses(tested, fleetClauses, 120_000));
