import { hold, isOfLaunches } from './hold.ts';

hold('launches of Firefox', isOfLaunches);
