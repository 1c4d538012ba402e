import { serveOwner } from '@wakey/testkit';
import { testedOn } from './tested-driver.js';

serveOwner(testedOn);
