import type { ModelPlan } from './scenario.ts';
import { printTime } from './schema/time.ts';
import { printRate } from '../core/units/rate.ts';
import { printShare } from '../core/units/share.ts';
import { unlimitedOr } from './units/unlimited.ts';

/** A model with every key, as a scenario or a file of its own holds it under `model`. */
export function printModel(plan: ModelPlan): Readonly<Record<string, unknown>> {
  return {
    gateways: plan.gateways,
    handshakes: unlimitedOr(plan.handshakesPerSecond, printRate),
    queue: unlimitedOr(plan.queue, Number),
    connections: unlimitedOr(plan.connectionsPerGateway, Number),
    refreshes: unlimitedOr(plan.refreshesPerSecond, printRate),
    refreshQueue: unlimitedOr(plan.refreshQueue, Number),
    service: plan.service,
    latency: printTime(plan.latency),
    loss: printShare(plan.loss),
  };
}
