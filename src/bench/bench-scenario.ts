import { parseScenario } from '../threshold/load-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** A scenario of idle clients: each connects with a header token that outlasts the run, and then sends nothing. */
export function benchScenario(url: string, clients: number, arriveOverMs: number): Scenario {
  const text = JSON.stringify({
    name: 'bench',
    duration: '1m',
    target: { url },
    tokens: { lifetime: '1h', issued: 'together', algorithm: 'HS256', carrier: 'header' },
    clients: { count: clients, arrive: { over: `${arriveOverMs}ms` }, backoff: 'socket.io-client' },
  });
  return parseScenario(text, 'bench.yaml');
}
