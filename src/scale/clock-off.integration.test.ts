import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Machines } from '../testing/many-machines.ts';
import { REDIS_SERVER } from '../testing/redis-server.ts';
import { startRedis } from '../testing/start-redis.ts';

const DAY_SECONDS = 86_400;
const SCENARIO = `
name: clock-off
duration: 8s
target: { embedded: {} }
tokens: { lifetime: 3s, issued: spread }
clients: { count: 40, arrive: { over: 1s } }
`;

/** Sets the wall clock of a process, and of those that it starts, 3 s ahead. */
const AHEAD = `
const { now } = Date;
globalThis.Date = class extends Date {
  constructor(...given) { super(...(given.length === 0 ? [now() + 3000] : given)); }
  static now() { return now() + 3000; }
};
`;

/** Time of day at which a worker said that its shard starts, s. */
function secondsOf(said: string): number {
  const [, hours, minutes, seconds] = /(\d\d):(\d\d):(\d\d) {2}run .* starts in/.exec(said) ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

describe.skipIf(REDIS_SERVER === null)('a worker whose wall clock is 3 s ahead', () => {
  it('starts with the others and renews its tokens as they do, and no step of its clock is reported', async () => {
    const redis = await startRedis();
    const machines = new Machines(redis.url);
    const file = join(machines.folder, 'ahead.mjs');
    writeFileSync(file, AHEAD);
    const ahead = { NODE_OPTIONS: `--import=${pathToFileURL(file).href}` };
    const [right, wrong] = await Promise.all([machines.worker('right'), machines.worker('ahead', { env: ahead })]);
    const run = machines.coordinator(SCENARIO, '--shards', '2');
    expect([0, 3]).toContain(await run.ended);
    // Their own clocks differ, and their starts do not.
    const aheadSeconds = (secondsOf(wrong.said()) - secondsOf(right.said()) + DAY_SECONDS) % DAY_SECONDS;
    expect([2, 3, 4]).toContain(aheadSeconds);
    const { integrity, attempts, losses, clients } = await run.summary();
    const { renewal = 0 } = losses;
    expect(renewal).toBeGreaterThan(60);
    expect([integrity, attempts.failed, clients.started]).toEqual([[], 0, 40]);
    // Each client arrived once and came back from each renewal, unless the run ended in the middle of one.
    expect(attempts.total).toBeLessThanOrEqual(40 + renewal);
    expect(attempts.total).toBeGreaterThanOrEqual(40 + renewal - clients.notBack);
  });
});
