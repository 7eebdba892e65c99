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
import { privateKey } from '../live/network/private-key.ts';
import { endpointAt } from '../live/network/raw-server.test.helper.ts';
import { Shard } from '../live/shard/shard.ts';
import { plainEndpoint } from '../live/tokens/token-endpoint.ts';
import { PLAIN_UPGRADE } from '../live/socket/upgrade-form.ts';

/** Time in which a test can begin faults before the first client arrives, ms. */
const LEAD_MS = 200;

/** A gateway and a token endpoint without faults, with a record of what they received. */
class Foreign {
  readonly gateway: Server;
  readonly endpoint: Server;
  /** TCP connections to the gateway */
  dialled = 0;
  /** connections that it accepted, in order, and the tokens in their upgrades */
  readonly accepted: { readonly socket: WebSocket; readonly token: string }[] = [];
  /** close codes of the connections that ended, as the gateway saw them */
  readonly closes: number[] = [];
  /** refresh tokens that were presented, in order */
  readonly refreshes: string[] = [];
  /** HTTP status with which the gateway refuses upgrades; null: it accepts them */
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

/** A shard of a few clients in this process, with its own servers. */
export interface ShardRig {
  readonly foreign: Foreign;
  readonly seed: number;
  /** begins a fault now, or when the run starts; faults are numbered in the order of these calls, from 0 */
  occurrence(fault: Fault): void;
  /** the tally of a fault so far */
  tally(fault?: number): FaultTally;
  /** the total of a curve so far */
  total(curve: SeriesName): number;
  handshakeFailures(): Readonly<Record<string, number>>;
  refreshFailures(): Readonly<Record<string, number>>;
  losses(): Readonly<Record<string, number>>;
  /** ends the run; a second call changes nothing */
  end(): Promise<void>;
}

/** Clients whose refresh tokens are `r0`, `r1` … at first. */
const ASKING = [
  'users={ generate: { refresh: "r{client}" } }',
  'tokens.source={ mint: {}, file: { refresh: "{user.refresh}" }, oauth2: { url: "http://127.0.0.1/token" } }',
];

/**
 * Starts a shard whose first client arrives `LEAD_MS` after this resolves.
 *
 * @param sets changes to the scenario, in the form of `--set`
 * @param asks whether clients get their tokens from the token endpoint, and not from squall
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
    ...(asks ? ASKING : []),
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
    upgrade: PLAIN_UPGRADE,
    secrets: [],
    access: {
      privateJwk: await privateKey(scenario),
      endpoint: asks ? plainEndpoint(`http://127.0.0.1:${endpointPort}/token`, '127.0.0.1') : null,
      refreshSecret: null,
    },
    users: asks ? new Map(Array.from({ length: scenario.clients.count }, (_, n) => [n, { refresh: `r${n}` }])) : null,
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

/** Resolves when the condition holds. */
export async function until(holds: () => boolean): Promise<void> {
  await vi.waitFor(() => {
    if (!holds()) throw new Error('not yet');
  }, 20_000);
}
