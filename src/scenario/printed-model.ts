import type { Latency, ModelPlan } from './scenario.ts';
import { printDuration } from './units/duration.ts';
import { printRate } from './units/rate.ts';
import { printShare } from './units/share.ts';
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
    latency: printLatency(plan.latency),
    loss: printShare(plan.loss),
  };
}

function printLatency(latency: Latency): unknown {
  switch (latency.kind) {
    case 'fixed':
      return printDuration(latency.ms);
    case 'exponential':
      return { exponential: printDuration(latency.meanMs), floor: printDuration(latency.floorMs) };
    case 'normal':
      return { mean: printDuration(latency.meanMs), sd: printDuration(latency.sdMs) };
  }
}
