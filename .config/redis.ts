import { REDIS_SERVER } from '../src/testing/redis-server.ts';

/** Says which tests are skipped where redis-server is missing; with SQUALL_NEED_REDIS=1, as in `.ci/run`, that is a failure. */
export function setup(): void {
  if (REDIS_SERVER !== null) return;
  const line = 'redis-server is missing (apt-get install redis-server): the tests of shards on Redis';
  if (process.env['SQUALL_NEED_REDIS'] === '1') throw new Error(`${line} cannot run`);
  process.stderr.write(`${line} are skipped\n`);
}
