import fc from 'fast-check';
import { randomScenario } from '../../sim/random-scenario.test.helper.ts';

/** Thresholds on ready clients, recoveries and first attempts, with strict and mild limits. */
const THRESHOLDS = [
  'ready >= 100%',
  'ready >= 90%',
  'least(ready) >= 0%',
  'stopped == 0',
  'failures(recovery) == 0',
  't100(recovery) < 60s',
  't95(recovery) < 60s',
  'p99(recovery) < 60s',
  'p50(recovery) < 60s',
  'max(recovery) < 60s',
  'p90(recovery) < 10s',
  'p99(recovery) < 3s',
  'max(handshake) < 60s',
  'failures(handshake) == 0',
  'failed(attempts) == 0',
  'p99(handshake) < 20s',
  'p50(handshake) < 5s',
] as const;
/** Thresholds on commands. */
const OF_COMMANDS = [
  'lost == 0',
  'duplicated == 0',
  'unexpected == 0',
  'failed(commands) == 0',
  'failures(command) == 0',
  'p99(command) < 10s',
  'p50(command) < 2s',
  'max(command) < 60s',
] as const;

interface Parts {
  readonly duration: string;
  readonly model: object;
  readonly target: { readonly embedded: object };
  readonly clients: { readonly commands: unknown };
  readonly tokens: { readonly refresh: object };
  readonly faults: readonly Readonly<Record<string, unknown>>[];
}

/** The scenario with ample capacity, a network without loss, and faults that may miss, so that many runs pass. */
function mild(parts: Parts): Parts {
  const capacity = { handshakes: '2000/s', queue: 'unlimited', refreshes: '2000/s', refreshQueue: 'unlimited' };
  return {
    ...parts,
    model: { latency: '2ms', gateways: 2 },
    target: { embedded: { ...parts.target.embedded, capacity } },
    faults: parts.faults.map((fault) => ({ ...fault, atLeast: '0%' })),
  };
}

/**
 * Small random scenarios with thresholds, as texts of scenario files; a seed always gives the same ones.
 *
 * @param world `live` gives shorter runs, with faults that only real sockets support
 */
export function randomRuns(world: 'sim' | 'live', count: number, seed: number): readonly string[] {
  const thresholds = fc.subarray([...THRESHOLDS], { minLength: 1, maxLength: 3 });
  const ofCommands = fc.subarray([...OF_COMMANDS], { minLength: 0, maxLength: 2 });
  const further = fc.record({
    isMild: fc.integer({ min: 0, max: 9 }).map((n) => n < 7),
    thresholds,
    ofCommands,
    gateways: fc.integer({ min: 1, max: 3 }),
    liveFault: fc.constantFrom(null, null, { bandwidth: '20kB/s' }, 'reorder'),
    arrive: fc.constantFrom(null, null, { rate: '40/s' }, { over: '200ms', process: 'poisson' }),
    jitter: fc.constantFrom(null, null, { uniform: '10%' }),
    outage: fc.constantFrom(null, null, { at: '2s', for: '500ms', atLeast: '0%', gateway: { capacity: '0%' } }),
  });
  const arbitrary = fc.tuple(randomScenario, further).map(([text, also]) => {
    const drawn = varied(JSON.parse(text) as Parts, also);
    const parts = also.isMild ? mild(drawn) : drawn;
    const commands = typeof parts.clients.commands === 'object' ? also.ofCommands : [];
    const all = { ...parts, name: 'random', thresholds: [...also.thresholds, ...commands] };
    return JSON.stringify(world === 'sim' ? all : forSockets(all, also.gateways, also.liveFault));
  });
  return fc.sample(arbitrary, { numRuns: count, seed });
}

/** The scenario with drawn values that the generator of simulations does not draw. */
function varied(
  parts: Parts,
  also: { readonly arrive: object | null; readonly jitter: object | null; readonly outage: object | null },
): Parts {
  const { clients, tokens, faults, target } = parts;
  const limited = JSON.stringify(target).includes('"handshakes":"unlimited"') ? null : also.outage;
  return {
    ...parts,
    clients: also.arrive === null ? clients : { ...clients, arrive: also.arrive },
    tokens: also.jitter === null ? tokens : { ...tokens, refresh: { ...tokens.refresh, jitter: also.jitter } },
    faults: limited === null ? faults : [...faults, limited],
  } as Parts;
}

/** The scenario for real sockets: four seconds, several gateways, and a generator that may be late on a busy machine. */
function forSockets(parts: Parts, gateways: number, liveFault: unknown): object {
  const link = { at: '500ms', for: '1s', share: '50%', atLeast: '0%', link: liveFault };
  return {
    ...parts,
    duration: '4s',
    // Anonymous connections have no user, and the record of sessions is by user.
    target: { embedded: { ...parts.target.embedded, gateways, badToken: 'refused' } },
    generator: { maxLateness: '5s', workers: 1 },
    faults: [...parts.faults, ...(liveFault === null ? [] : [link])],
  };
}
