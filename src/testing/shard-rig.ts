import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { MessageChannel } from 'node:worker_threads';
import { onTestFinished, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { EMPTY_TALLY, type Fault, type FaultTally } from '../core/fault/fault.ts';
import { injected } from '../core/fault/occurrence.ts';
import { Curves } from '../metrics/curves.ts';
import { readFailures, readLosses } from '../metrics/failures.ts';
import type { SeriesName } from '../core/metrics.ts';
import { createStore } from '../metrics/store.ts';
import { bearerOf } from '../embedded/bearer.ts';
import { smallScenario } from './live-run.ts';
import { sharedNowMs } from '../metrics/wall-clock.ts';
import { privateKey } from '../live/private-key.ts';
import { endpointAt } from '../live/raw-server.test.helper.ts';
import { Shard } from '../live/shard.ts';

/** Time for a test to begin its faults before the first client arrives. */
const LEAD_MS = 200;

/** A gateway and a token endpoint that know nothing of faults, and what they have seen. */
class Foreign {
  readonly gateway: Server;
  readonly endpoint: Server;
  /** TCP connections to the gateway */
  dialled = 0;
  /** connections that it accepted, in order, and the tokens in their upgrades */
  readonly accepted: { readonly socket: WebSocket; readonly token: string }[] = [];
  /** codes of those that ended, as it saw them */
  readonly closes: number[] = [];
  /** refresh tokens that were presented, in order */
  readonly refreshes: string[] = [];
  /** what the gateway answers an upgrade with, in place of accepting it */
  refusal: number | null = null;
  answersRefreshes = true;

  constructor() {
    this.gateway = createServer().on('connection', () => (this.dialled += 1));
    const verifyClient = (_: unknown, answer: (ok: boolean, code?: number) => void): void =>
      this.refusal === null ? answer(true) : answer(false, this.refusal);
    new WebSocketServer({ server: this.gateway, verifyClient }).on('connection', (socket, request) => {
      this.accepted.push({ socket, token: bearerOf(request, { kind: 'header' }) ?? '' });
      socket.on('error', () => {});
      socket.on('close', (code) => this.closes.push(code));
    });
    this.endpoint = createServer((request, response) => {
      request.setEncoding('utf8').once('data', (body: string) => {
        const presented = new URLSearchParams(body).get('refresh_token') ?? '';
        this.refreshes.push(presented);
        if (this.answersRefreshes)
          response.end(JSON.stringify({ access_token: 'opaque', expires_in: 60, refresh_token: `${presented}+` }));
      });
    });
  }
}

/** Some clients in a shard of this very process, against servers of the test's own. */
export interface ShardRig {
  readonly foreign: Foreign;
  readonly seed: number;
  /** begins a fault now, or as the run starts; its place among the faults of the run is the number of those that were begun before */
  occurrence(fault: Fault): void;
  /** what came of a fault so far */
  tally(fault?: number): FaultTally;
  /** how often something happened so far, by the curve that counts it */
  total(curve: SeriesName): number;
  handshakeFailures(): Readonly<Record<string, number>>;
  refreshFailures(): Readonly<Record<string, number>>;
  losses(): Readonly<Record<string, number>>;
  /** the run is over; twice is once */
  end(): Promise<void>;
}

/**
 * @param sets of the scenario, whose first client arrives a moment after this resolves
 * @param asks clients get their tokens from the token endpoint, not from squall
 */
export async function shardRig(sets: readonly string[], asks = false): Promise<ShardRig> {
  const foreign = new Foreign();
  const [gatewayPort, endpointPort] = await Promise.all([listening(foreign.gateway), listening(foreign.endpoint)]);
  const scenario = smallScenario(
    'duration=5m',
    'clients.count=4',
    'clients.arrive.over=0s',
    'target={ url: "ws://x" }',
    ...sets,
  );
  const store = createStore(Curves.binsFor(scenario.durationMs), false);
  const { port1, port2 } = new MessageChannel();
  port1.close();
  const shard = await Shard.prepare({
    scenario,
    shard: 0,
    shards: 1,
    store,
    gateways: [endpointAt(gatewayPort)],
    access: {
      privateJwk: await privateKey(scenario),
      endpoint: asks ? { url: `http://127.0.0.1:${endpointPort}/token`, address: '127.0.0.1' } : null,
      refreshSecret: null,
      refreshTokens: Array.from({ length: scenario.clients.count }, (_, client) => `r${client}`),
    },
    tokensFile: null,
    maxAttemptsPerSecond: Infinity,
    maxRequestsPerSecond: Infinity,
    port: port2,
  });
  let over: Promise<unknown> | null = null;
  const end = async (): Promise<void> => void (await (over ??= shard.windDown()));
  onTestFinished(end);
  const start = { hrMs: sharedNowMs() + LEAD_MS, wallMs: Date.now() + LEAD_MS };
  await shard.go(start);
  let begun = 0;
  return {
    foreign,
    seed: scenario.seed,
    occurrence: (fault) => {
      const atMs = Math.max(0, sharedNowMs() - start.hrMs);
      shard.begin(injected({ ...fault, atMs }, begun, begun, atMs));
      begun += 1;
    },
    tally: (fault = 0) => shard.takeInterval().faults[fault] ?? EMPTY_TALLY,
    total: (curve) => new Curves(store.curves).total(curve),
    handshakeFailures: () => Object.fromEntries(readFailures([store.failures], 'handshake')),
    refreshFailures: () => Object.fromEntries(readFailures([store.failures], 'refresh')),
    losses: () => Object.fromEntries(readLosses([store.failures])),
    end,
  };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Resolves once it holds. */
export async function until(holds: () => boolean): Promise<void> {
  await vi.waitFor(() => {
    if (!holds()) throw new Error('not yet');
  }, 20_000);
}
