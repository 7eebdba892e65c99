import { goProgram } from './go-program.ts';
import type { Effort, Install } from './install.ts';

/** Centrifugo: SQUALL_CENTRIFUGO, the cache, or PATH; else it is built, which takes nine minutes of CPU once. */
export function centrifugo(effort: Effort): Install {
  const source = { module: 'github.com/centrifugal/centrifugo/v6@v6.9.1' };
  return goProgram({ name: 'centrifugo', variable: 'SQUALL_CENTRIFUGO', source, minutes: 30 }, effort);
}
