import { writeFileSync } from 'node:fs';
import { surfaces } from './surface.ts';

for (const { file, text } of surfaces()) {
  writeFileSync(file, text);
  console.log(`wrote ${file}`);
}
