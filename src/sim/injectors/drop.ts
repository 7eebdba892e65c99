import { onClients, type Injector } from '../../core/fault/injector.ts';
import { adviceIn } from '../../core/policy/parse-advice.ts';
import { NETWORK } from '../../core/signal.ts';
import type { ModelWorld } from './model-world.ts';

/** Ready connections are ended by their gateway. */
export const injectDrop: Injector<'drop', ModelWorld> = (beginning, world) => {
  const { gateways, connections } = world;
  const { mode } = beginning.occurrence.fault;
  const signal = mode.kind === 'reset' ? NETWORK.reset : mode.kind === 'garbage' ? NETWORK.badFrame : mode.code;
  const advice = mode.kind === 'close' ? adviceIn(mode.reason) : null;
  return onClients(beginning, world, {
    inject: (client, now) =>
      gateways.sessions.isReady(client) && connections.close(client, signal, advice, now) ? null : 'not-connected',
  });
};
