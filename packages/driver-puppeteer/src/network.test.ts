import { describe } from 'vitest';
import { puppeteerDriver } from './puppeteer-driver.js';
import { attachClauses } from './testing/clauses/attach.js';
import { fleetClauses } from './testing/clauses/fleet.js';
import { networkClauses } from './testing/clauses/network.js';
import { runClauses } from './testing/run-clauses.js';

describe('what others see', () => runClauses(puppeteerDriver, networkClauses));
describe('attaching', () => runClauses(puppeteerDriver, attachClauses));
describe('many at a time', () => runClauses(puppeteerDriver, fleetClauses, 120_000));
