import { describe } from 'vitest';
import { evaluateClauses } from './testing/clauses/evaluate.js';
import { exposeClauses } from './testing/clauses/expose.js';
import { navigateClauses } from './testing/clauses/navigate.js';
import { stateClauses } from './testing/clauses/state.js';
import { runPageClauses } from './testing/run-clauses.js';
import { tested } from './testing/tested-driver.js';

describe('evaluate', () => runPageClauses(tested, evaluateClauses));
describe('expose', () => runPageClauses(tested, exposeClauses));
describe('navigation', () => runPageClauses(tested, navigateClauses));
describe('cookies, events and pictures', () => runPageClauses(tested, stateClauses));
