import { redisUrlFlaw } from '../../scale/redis-url.ts';
import { text } from '../terminal/arguments.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Makes a `coerce` function for a URL of Redis; undefined when the option is not given. */
export function redisUrl(option: string): (given: string | readonly string[] | undefined) => string | undefined {
  const read = text(option);
  return (given) => {
    const typed = read(given);
    const flaw = typed === undefined ? null : redisUrlFlaw(typed);
    if (flaw === null) return typed;
    throw new UsageError(`${option} ${flaw.message}; ${flaw.fix}`);
  };
}
