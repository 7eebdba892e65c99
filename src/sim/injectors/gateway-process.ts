import type { MonoMs } from '../../core/time/instant.ts';
import type { ModelWorld } from './model-world.ts';

/** Time that a gateway process takes to start in the model, ms: about as long as Node. */
export const RESTART_MS = 250;

/** Ends a gateway process with its connections and the requests in its line. */
export function goDown(gateway: number, now: MonoMs, modelWorld: ModelWorld): void {
  const { gateways, connections } = modelWorld;
  gateways.processes.goDown(gateway, now);
  forEachOf(gateway, modelWorld, (client) => connections.breakOff(client, now));
}

export function comeUp(gateway: number, now: MonoMs, { gateways }: ModelWorld): void {
  gateways.processes.comeUp(gateway);
  gateways.sessions.restart(gateway, now);
}

/** Visits the clients whose current or last gateway this is. */
export function forEachOf(
  gateway: number,
  { world: { columns, context } }: ModelWorld,
  visit: (client: number) => void,
): void {
  for (let client = 0; client < context.planned; client++) if (columns.gateway[client] === gateway) visit(client);
}
