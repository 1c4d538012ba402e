import { hold, isOfLaunches } from './hold.ts';

hold('pages of Firefox, and its endings', (name) => !isOfLaunches(name));
