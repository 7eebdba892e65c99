/**
 * Simulates scenarios on the Node version that runs it. `node dist/testing/simulate-driver.js SCENARIOS OUT` reads a JSON
 * list of scenario texts and writes their results folders into OUT/0, OUT/1, OUT/2…
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { simulatedFolder } from './simulated-folder.ts';

const [file = '', out = ''] = process.argv.slice(2);
const texts = z.array(z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
for (const [index, text] of texts.entries()) await simulatedFolder(text, join(out, String(index)));
