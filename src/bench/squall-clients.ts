import { MessageChannel } from 'node:worker_threads';
import { shippedTestJwk } from '../jwt/keys.ts';
import { sharedNowMs } from '../metrics/wall-clock.ts';
import { endpointOf } from '../live/network/resolve.ts';
import { Shard } from '../live/shard/shard.ts';
import { PLAIN_UPGRADE } from '../live/socket/upgrade-form.ts';
import { Curves } from '../metrics/curves.ts';
import { pem } from '../testing/real-servers/certificates.ts';
import { createStore, type RecorderStore } from '../metrics/store.ts';
import { benchScenario } from './bench-scenario.ts';
import { arriveOverMs, type Population } from './population.ts';

/** The way to a server whose certificate is of the authority of squall's tests. */
const WAY = {
  tls: { ca: pem('ca.pem'), verify: true, certificates: [], certificateOf: null },
  proxy: null,
  servername: null,
};
/** The first client arrives this long after the last token should have been minted. */
const MARGIN_MS = 200;

/** A whole shard of a live run, on this thread in place of a worker, so that the process's CPU time is the shard's. */
export class SquallClients implements Population {
  #running: { readonly shard: Shard; readonly store: RecorderStore; readonly channel: MessageChannel } | null = null;

  async begin(url: string, clients: number, perSecond: number): Promise<void> {
    const scenario = benchScenario(url, clients, arriveOverMs(clients, perSecond));
    const store = createStore(Curves.binsFor(scenario.durationMs), true);
    const channel = new MessageChannel();
    const shard = await Shard.prepare({
      scenario,
      shard: 0,
      shards: 1,
      store,
      gateways: [endpointOf(new URL(url), '127.0.0.1', WAY)],
      upgrade: PLAIN_UPGRADE,
      secrets: [],
      access: {
        privateJwk: await shippedTestJwk('HS256'),
        endpoint: null,
        refreshSecret: null,
      },
      users: null,
      tokensFile: null,
      maxAttemptsPerSecond: Infinity,
      maxRequestsPerSecond: Infinity,
      port: channel.port2,
    });
    const leadTimeMs = (await shard.prepared()).leadTimeMs + MARGIN_MS;
    await shard.go({ hrMs: sharedNowMs() + leadTimeMs, wallMs: Date.now() + leadTimeMs });
    this.#running = { shard, store, channel };
  }

  get ready(): number {
    return this.#running === null ? 0 : new Curves(this.#running.store.curves).total('ready');
  }

  async end(): Promise<void> {
    await this.#running?.shard.windDown();
    this.#running?.channel.port1.close();
    this.#running = null;
  }
}
