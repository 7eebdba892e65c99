import { goProgram } from './go-program.ts';
import type { Effort, Install } from './install.ts';

/** nats-server: SQUALL_NATS, the cache, or PATH, such as Debian's; else it is built, which takes a minute. */
export function nats(effort: Effort): Install {
  const source = { module: 'github.com/nats-io/nats-server/v2@v2.14.2' };
  return goProgram({ name: 'nats-server', variable: 'SQUALL_NATS', source, minutes: 15 }, effort);
}
