export { library as default } from '../../tooling/tsup/library.ts';
