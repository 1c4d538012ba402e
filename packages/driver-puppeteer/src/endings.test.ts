import { describe } from 'vitest';
import { puppeteerDriver } from './puppeteer-driver.js';
import { endingClauses } from './testing/clauses/endings.js';
import { launchClauses } from './testing/clauses/launch.js';
import { runClauses } from './testing/run-clauses.js';

describe('launching', () => runClauses(puppeteerDriver, launchClauses));
describe('coming to an end', () => runClauses(puppeteerDriver, endingClauses));
