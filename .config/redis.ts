import { HAS_NAMESPACES } from '../src/testing/network-namespace.ts';
import { REDIS_SERVER } from '../src/testing/redis-server.ts';

/** Says which tests are skipped on this machine. With SQUALL_NEED_REDIS=1, as in `.ci/run`, a missing redis-server is a failure. */
export function setup(): void {
  if (REDIS_SERVER === null) {
    const line = 'redis-server is missing (apt-get install redis-server): the tests of shards on Redis';
    if (process.env['SQUALL_NEED_REDIS'] === '1') throw new Error(`${line} cannot run`);
    process.stderr.write(`${line} are skipped\n`);
  }
  if (!HAS_NAMESPACES)
    process.stderr.write(
      'network namespaces cannot be made (as root, with iproute2): the test of a cut-off machine is skipped\n',
    );
}
