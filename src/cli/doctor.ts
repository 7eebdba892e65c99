import { readMachineLimits } from '../live/health/machine-limits.ts';
import { duration, wholeNumber } from './terminal/arguments.ts';
import { EXIT, type ExitCode } from './terminal/exit-code.ts';
import { machineReport, machineText } from './machine-report.ts';
import { print, printJson } from './terminal/output.ts';
import { redisUrl } from './machines/redis-url.ts';
import { UsageError } from './terminal/usage-error.ts';
import { verb } from './terminal/verb.ts';

/** Default population of this machine; workers on a Redis are not held against a population by default. */
const CLIENTS = 1000;
const SLOTS_MAX = 1000;

export const doctor = verb({
  command: 'doctor',
  summary: 'Show what this machine, or workers on a Redis, can hold',
  details:
    'Shows how many clients this machine can hold, what limits it, and the command that fixes each shortfall; with --on, the workers on a Redis:\n' +
    'versions, keys, free slots, room for clients, clocks. Exit status 4 when the requested clients or slots are not there.',
  positionals: {},
  flags: {
    clients: {
      type: 'string',
      coerce: optional(wholeNumber('--clients', 1, 10_000_000)),
      describe: `Number of clients to check; default: ${CLIENTS}, and any number with --on`,
    },
    on: {
      type: 'string',
      coerce: redisUrl('--on'),
      describe: 'Look at the workers on this Redis: redis://HOST or rediss://HOST',
    },
    slots: {
      type: 'string',
      coerce: optional(wholeNumber('--slots', 0, SLOTS_MAX)),
      describe: 'With --on: number of free slots that are needed; default: 1',
    },
    wait: {
      type: 'string',
      coerce: optional(duration('--wait')),
      describe: 'With --on: time in which Redis and workers may still come, such as 5m',
    },
    json: { type: 'boolean', default: false, describe: 'Print JSON' },
  },
  examples: [
    ['$0 doctor', 'what this machine can hold'],
    ['$0 doctor --clients 20000', 'would 20,000 clients fit?'],
    ['$0 doctor --json | jq .fits.clients', 'the number alone'],
    ['$0 doctor --on redis://redis.example.com', 'the workers that `squall run --on` would find there'],
    ['$0 doctor --on redis://redis.example.com --slots 8 --wait 5m', 'wait until eight shards find a place'],
  ],
  async run({ clients, json, on, slots, wait }) {
    if (on !== undefined) return onRedis(on, { clients: clients ?? null, slots: slots ?? 1, waitMs: wait ?? 0 }, json);
    const lone = Object.entries({ slots, wait }).find(([, value]) => value !== undefined);
    if (lone !== undefined) throw new UsageError(`--${lone[0]} is about workers on a Redis: add --on redis://…`);
    const report = machineReport(clients ?? CLIENTS, readMachineLimits(), process.versions.node);
    if (json) printJson(report);
    else print(machineText(report));
    return report.ok ? EXIT.pass : EXIT.refused;
  },
});

async function onRedis(
  url: string,
  wanted: { readonly clients: number | null; readonly slots: number; readonly waitMs: number },
  json: boolean,
): Promise<ExitCode> {
  const [{ workersOn }, { workersText }] = await Promise.all([
    import('./machines/workers-on.ts'),
    import('./machines/workers-report.ts'),
  ]);
  const report = await workersOn(url, wanted);
  if (json) printJson(report);
  else print(workersText(report));
  return report.ok ? EXIT.pass : EXIT.refused;
}

type Given = string | readonly string[] | undefined;

/** A `coerce` function for a number that may be left out. */
function optional(read: (given: Given) => number): (given: Given) => number | undefined {
  return (given) => (given === undefined ? undefined : read(given));
}
