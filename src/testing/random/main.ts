import { parseArgs } from 'node:util';
import { falsePasses, type Watched } from './false-passes.ts';
import { runWithHistory } from './live.ts';
import { randomRuns } from './scenarios.ts';
import { simulateWithHistory } from './simulated.ts';

// npm run test:random -- --count 500 --seed 1 makes one run in five on real sockets and the others in virtual time, and
// compares each verdict with the target's own record. If a run passed that should not have, it prints the index that
// --only, --from and --to repeat, and exits with 1.

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    from: { type: 'string', default: '0' },
    to: { type: 'string', default: 'Infinity' },
  },
});
const LIVE_SHARE = 1 / 5;
/** One live run in this many loses a process of its target. */
const SABOTAGED_EVERY = 6;

const total = Number(values.count);
const seed = Number(values.seed);
/** First and last index of the runs to make, in each world. */
const from = Number(values.from);
const to = Number(values.to);
const lives = Math.round(total * LIVE_SHARE);

interface Tally {
  readonly verdicts: Map<string, number>;
  killed: number;
  out: number;
  falses: number;
}

async function all(world: 'sim' | 'live', count: number): Promise<number> {
  const tally: Tally = { verdicts: new Map(), killed: 0, out: 0, falses: 0 };
  const texts = randomRuns(world, count, seed);
  let taken = 0;
  for (const [index, text] of texts.entries()) {
    if (index < from || index > to) continue;
    taken += 1;
    const run =
      world === 'sim'
        ? await simulateWithHistory(text)
        : await runWithHistory(text, index % SABOTAGED_EVERY === 0 && !/"(crash|rolling)"/.test(text));
    note(tally, run);
    for (const why of falsePasses(run)) {
      tally.falses += 1;
      process.stdout.write(`false pass, ${world} run ${index} of seed ${seed}: ${why}\n${text}\n`);
    }
  }
  const verdicts = [...tally.verdicts].map(([verdict, n]) => `${n} ${verdict}`).join(', ');
  process.stdout.write(
    `${world}: ${taken} runs, ${verdicts}; ${tally.out} with a client out at the end, ${tally.killed} sabotaged; ${tally.falses} false passes\n`,
  );
  return tally.falses;
}

function note(tally: Tally, { summary, seen }: Watched): void {
  tally.verdicts.set(summary.verdict, (tally.verdicts.get(summary.verdict) ?? 0) + 1);
  if (seen.outAtEnd.includes(true)) tally.out += 1;
  if (seen.killed) tally.killed += 1;
}

const inSim = values.only === 'live' ? 0 : await all('sim', total - lives);
const inLive = values.only === 'sim' ? 0 : await all('live', lives);
process.exitCode = inSim + inLive > 0 ? 1 : 0;
