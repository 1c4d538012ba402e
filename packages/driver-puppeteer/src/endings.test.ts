import { describe } from 'vitest';
import { endingClauses } from './testing/clauses/endings.js';
import { launchClauses } from './testing/clauses/launch.js';
import { runClauses } from './testing/run-clauses.js';
import { tested } from './testing/tested-driver.js';

describe('launching', () => runClauses(tested, launchClauses));
describe('coming to an end', () => runClauses(tested, endingClauses));
