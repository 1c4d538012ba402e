import { hold, isOfLaunches } from './hold.ts';

hold('Firefox, launched', isOfLaunches);
