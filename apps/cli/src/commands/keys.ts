export { keysAdd } from './keys-add.js';
export { keysGenerate } from './keys-generate.js';
export { keysRotate } from './keys-rotate.js';
