import type { BackoffPolicy } from '../../core/policy/backoff.ts';
import { LIBRARIES } from '../../core/policy/libraries/index.ts';
import { UPTIME_MS } from './driver.ts';
import { DRIVERS } from './drivers.ts';
import { realDelays } from './real-clients.ts';
import { squallDelaysAt } from './squall-clients.ts';

/** Retries until every library has reached its cap, or its end. */
const RETRIES = 16;

/** What both sides draw: both signs of backo2, and both ends. */
const DRAWS = [0.001, 0.0613, 0.1437, 0.2719, 0.4373, 0.5813, 0.6271, 0.7717, 0.8531, 0.999];

/** Libraries take whole milliseconds from ranges of which squall takes any number. */
const TOLERANCE_MS = 1;

const measured = new Map<string, Promise<readonly (readonly number[])[]>>();

/** The delays of a real library, a row for each of `DRAWS`; measured once. */
function delaysOf(name: string): Promise<readonly (readonly number[])[]> {
  const known = measured.get(name) ?? measure(name);
  measured.set(name, known);
  return known;
}

async function measure(name: string): Promise<number[][]> {
  const rows: number[][] = [];
  for (const u of DRAWS) rows.push(await realDelays(name, DRIVERS[name]!.draws?.(u) ?? (() => u), RETRIES));
  return rows;
}

/**
 * The largest difference between a delay of a real library and of squall's clients with the policy, where both draw the same, in
 * milliseconds. Infinity: one of them gave up.
 */
async function difference(name: string, policy: BackoffPolicy = LIBRARIES[name]!.policy): Promise<number> {
  const { squallDraws, firstByInstant } = DRIVERS[name]!;
  const first = firstByInstant === true ? 1 : 0;
  const rows = await delaysOf(name);
  const differences = DRAWS.map((u, row) =>
    Math.min(
      ...(squallDraws?.(u) ?? [{ u }]).map(({ u: own, retries }) =>
        apart(rows[row]!.slice(first, retries), squallDelaysAt(policy, own, RETRIES, UPTIME_MS).slice(first, retries)),
      ),
    ),
  );
  return Math.max(...differences);
}

/** Whether squall's clients with the policy wait as the library does, to the millisecond. */
export async function agrees(name: string, policy?: BackoffPolicy): Promise<boolean> {
  return (await difference(name, policy)) <= TOLERANCE_MS;
}

function apart(real: readonly number[], squall: readonly number[]): number {
  return Math.max(...real.map((delay, retry) => (delay === squall[retry] ? 0 : Math.abs(delay - squall[retry]!))));
}
