import { summariseRun } from '../../results/summarise-run.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { destroyTimings } from '../../metrics/timings.ts';
import { simulate } from '../../sim/simulate.ts';
import { SESSION } from '../../sim/columns.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { Watched } from './false-passes.ts';
import { OUT_MS } from './seen.ts';

const LOOK_EVERY_MS = 50;

/** Simulates a scenario, and counts connections and effects at its gateways. */
export async function simulateWithHistory(text: string): Promise<Watched> {
  const scenario = parseScenario(text, 'random.yaml');
  const { count } = scenario.clients;
  const admitted = Array.from({ length: count }, () => false);
  const lastIn = Array.from({ length: count }, () => -Infinity);
  let returns = 0;
  let effects = 0;
  let anonymous = 0;
  let known: Simulation | null = null;
  const look = (simulation: Simulation): void => {
    if (known === null) {
      known = simulation;
      onEffect(simulation, () => (effects += 1));
      onAdmitted(simulation, (client, isAnonymous) => {
        if (admitted[client]) returns += 1;
        admitted[client] = true;
        lastIn[client] = simulation.now;
        if (isAnonymous) anonymous += 1;
      });
    }
    for (let client = 0; client < count; client++) if (isIn(simulation, client)) lastIn[client] = simulation.now;
  };
  const listener = { onEvent: () => {}, onProgress: () => {}, onInterval: () => {} };
  const outcome = await simulate(scenario, {
    listener,
    signal: new AbortController().signal,
    watch: { everyMs: LOOK_EVERY_MS, look },
  });
  const { summary } = summariseRun({ scenario, world: 'sim', startedAt: new Date(0), outcome, warnings: [] });
  destroyTimings(outcome.measurements.timings);
  const { elapsedMs } = outcome.measurements;
  const outAtEnd = lastIn.map((at) => at < elapsedMs - OUT_MS);
  const seen = { admitted, outAtEnd, returns, anonymous, effects, ids: null, killed: false };
  return { scenario, outcome, summary, seen };
}

/** Whether the client is connected, as itself or anonymously. */
function isIn({ model }: Simulation, client: number): boolean {
  const { sessions } = model.gateways;
  return model.connections.isOpen(client) && (sessions.isReady(client) || sessions.is(client, SESSION.anonymous));
}

/** Calls `admitted` for each new connection, but not for a newer token that is presented in band. */
function onAdmitted(simulation: Simulation, admitted: (client: number, isAnonymous: boolean) => void): void {
  const { sessions } = simulation.model.gateways;
  const admit = sessions.admit.bind(sessions);
  const admitAnonymous = sessions.admitAnonymous.bind(sessions);
  sessions.admit = (client) => {
    if (!isIn(simulation, client)) admitted(client, false);
    admit(client);
  };
  sessions.admitAnonymous = (client) => {
    admitted(client, true);
    admitAnonymous(client);
  };
}

/** Counts every effect, independently of the ledger. */
function onEffect({ model }: Simulation, count: () => void): void {
  const { sessions } = model.gateways;
  const tookEffect = sessions.tookEffect.bind(sessions);
  sessions.tookEffect = (...args) => {
    count();
    return tookEffect(...args);
  };
}
