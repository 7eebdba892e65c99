/**
 * The bench of the simulated world: `node dist/bench/sim.js` simulates ten minutes with refreshes and one full storm,
 * for populations of ten thousand to ten million, each in a process of its own. It prints the cost per client and its
 * ratio from one size to the next, which is 1 for linear growth. It then simulates a saturated minute, in which nearly all
 * attempts are refused, and compares the CPU time of a refused attempt with an event of the storm. It exits with 1
 * when a figure is over its limit. `--quick` leaves the ten million out.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { print } from '../cli/terminal/output.ts';
import { start } from './child.ts';
import { isPopulationCost, type PopulationCost } from './population-cost.ts';
import { figure, table } from './table.ts';

const QUICK = [10_000, 100_000, 1_000_000];
const FULL = [...QUICK, 10_000_000];

interface Limits {
  readonly seconds: number;
  readonly megabytes: number;
  readonly eventsPerSecond?: number;
}

/** Maximum cost of a population on two cores. */
const LIMITS: Readonly<Record<number, Limits>> = {
  1_000_000: { seconds: 10, megabytes: 400, eventsPerSecond: 1_200_000 },
  10_000_000: { seconds: 150, megabytes: 4000 },
};

/** Population of the saturated minute, and of the storm that it is held against. */
const SATURATED = 100_000;

/**
 * Maximum CPU time of a refused attempt, in events of the storm. An attempt is three events: its dial, its arrival at the
 * gateway and its refusal.
 */
const REFUSED_LIMIT = 2.2;

const ENTRY = new URL('./sim-population.js', import.meta.url);

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });

const costs: PopulationCost[] = [];
for (const clients of values.quick ? QUICK : FULL) {
  costs.push(await costOf(clients, 'storm'));
}
const runaway = await costOf(SATURATED, 'runaway');
const refusedUs = (runaway.cpuSeconds * 1e6) / runaway.refused;
const eventUs = costs
  .filter(({ clients }) => clients === SATURATED)
  .map((cost) => (cost.cpuSeconds * 1e6) / cost.events);
const refusedCost = refusedUs / eventUs[0]!;

print(`Ten minutes of virtual time with refreshes and one full storm (load average ${loadavg()[0]!.toFixed(1)}):`);
const heads = ['clients', 's', 'MB', 'events', 'events/s', 'us/client', 'to the size before'];
print(table([heads, ...costs.map(costRow)]));
print(
  `\nA saturated minute of ${SATURATED.toLocaleString('en')} clients: ${runaway.refused.toLocaleString('en')} attempts refused, ` +
    `${figure(refusedUs)} us of CPU each, ${figure(runaway.megabytes)} MB`,
);
const checks = [
  ...costs.flatMap(checkLimits),
  limitCheck(
    'CPU of a refused attempt, in events of a storm',
    refusedCost,
    REFUSED_LIMIT,
    refusedCost <= REFUSED_LIMIT,
  ),
];
print(`\n${table([['', 'measured', 'limit', ''], ...checks.map(({ row }) => row)])}`);
process.exitCode = checks.every(({ ok }) => ok) ? 0 : 1;

async function costOf(clients: number, kind: 'storm' | 'runaway'): Promise<PopulationCost> {
  const child = await start(ENTRY, [String(clients), kind], isPopulationCost);
  child.process.disconnect();
  return child.message;
}

function costRow({ clients, seconds, megabytes, events }: PopulationCost, index: number): string[] {
  const usPerClient = (seconds * 1e6) / clients;
  const before = costs[index - 1];
  const ratio = before === undefined ? '' : (usPerClient / ((before.seconds * 1e6) / before.clients)).toFixed(2);
  return [
    clients.toLocaleString('en'),
    figure(seconds),
    figure(megabytes),
    events.toLocaleString('en'),
    figure(events / seconds),
    figure(usPerClient),
    ratio,
  ];
}

interface LimitCheck {
  readonly row: string[];
  readonly ok: boolean;
}

function checkLimits({ clients, seconds, megabytes, events }: PopulationCost): LimitCheck[] {
  const limits = LIMITS[clients];
  if (limits === undefined) return [];
  const of = `${figure(clients / 1e6)}M clients`;
  const rows = [
    limitCheck(`${of}: seconds`, seconds, limits.seconds, seconds <= limits.seconds),
    limitCheck(`${of}: peak resident MB`, megabytes, limits.megabytes, megabytes <= limits.megabytes),
  ];
  const { eventsPerSecond } = limits;
  if (eventsPerSecond === undefined) return rows;
  const rate = events / seconds;
  return [...rows, limitCheck(`${of}: events/s`, rate, eventsPerSecond, rate >= eventsPerSecond)];
}

function limitCheck(what: string, measured: number, limit: number, ok: boolean): LimitCheck {
  return { row: [what, figure(measured), figure(limit), ok ? 'ok' : 'over'], ok };
}
