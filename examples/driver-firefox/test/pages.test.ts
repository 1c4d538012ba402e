import { hold, isOfLaunches } from './hold.ts';

hold('Firefox, its pages and its end', (name) => !isOfLaunches(name));
