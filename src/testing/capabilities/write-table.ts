import { writeFileSync } from 'node:fs';
import { filesWithParts } from './table.ts';

for (const { file, right } of filesWithParts()) writeFileSync(file, right);
