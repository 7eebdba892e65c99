import { fileURLToPath } from 'node:url';
import { goProgram } from './go-program.ts';
import type { Effort, Install } from './install.ts';

/** mochi-mqtt in the program of `mochi/`: SQUALL_MOCHI, the cache, or PATH; else it is built, which takes seconds. */
export function mochi(effort: Effort): Install {
  const source = { folder: fileURLToPath(new URL('mochi/', import.meta.url)) };
  // The number rises with the program, so that a binary of an older one is not used.
  return goProgram({ name: 'squall-mochi-2', variable: 'SQUALL_MOCHI', source, minutes: 10 }, effort);
}
