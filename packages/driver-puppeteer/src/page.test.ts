import { describe } from 'vitest';
import { puppeteerDriver } from './puppeteer-driver.js';
import { evaluateClauses } from './testing/clauses/evaluate.js';
import { exposeClauses } from './testing/clauses/expose.js';
import { navigateClauses } from './testing/clauses/navigate.js';
import { stateClauses } from './testing/clauses/state.js';
import { runPageClauses } from './testing/run-clauses.js';

describe('evaluate', () => runPageClauses(puppeteerDriver, evaluateClauses));
describe('expose', () => runPageClauses(puppeteerDriver, exposeClauses));
describe('navigation', () => runPageClauses(puppeteerDriver, navigateClauses));
describe('cookies, events and pictures', () => runPageClauses(puppeteerDriver, stateClauses));
