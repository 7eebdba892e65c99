import { numberOf } from '../core/client/context.ts';
import { COUNT_INDEX, TIMING_INDEX } from '../core/metrics.ts';
import { Fifo } from '../core/server/fifo.ts';
import { logsInBefore } from '../scenario/logs-in.ts';
import { devicesPerRequest } from '../scenario/shares-tokens.ts';
import type { World } from './world.ts';

/**
 * Records the logins before the run, if there are any. They begin at a steady pace and wait in line at the token service,
 * which serves each in its mean time; none fails.
 *
 * @param trips one-way trips before the service has read a request
 */
export function recordFirstLogins({ scenario, context, modelDraws }: World, trips: number): void {
  // A service without capacity answers nobody.
  if (!logsInBefore(scenario) || scenario.model.refreshesPerSecond === 0) return;
  const { perSecond } = scenario.tokens.login;
  const perLogin = devicesPerRequest(scenario);
  const line = new Fifo(Infinity);
  for (let client = 0; client < scenario.clients.count; client += perLogin) {
    const tripMs = modelDraws.requestTripMs(numberOf(context, client), 0);
    const askedAt = ((client / perLogin) * 1000) / perSecond;
    const waitMs = line.arrive(askedAt, modelDraws.meanRefreshMs) - askedAt;
    context.observer.count(COUNT_INDEX.loginsBefore, 1);
    context.observer.timed(TIMING_INDEX.login, (trips + 1) * tripMs + waitMs);
  }
}
