import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { clientColumns } from '../core/client/columns.ts';
import { ALARMS } from '../core/client/context.ts';
import { Machine } from '../core/client/machine.ts';
import type { Port } from '../core/client/port.ts';
import { faultWorld } from '../core/fault/injector.ts';
import { Draws } from '../core/random/draws.ts';
import { EventQueue } from '../core/time/event-queue.ts';
import { NEVER, mono, wall, type MonoMs } from '../core/time/instant.ts';
import { importSigningKey, shippedTestJwk } from '../jwt/keys.ts';
import { beginTokenRecord, TokenRecord } from '../leaks/token-record.ts';
import { RunClock } from '../live/time/clock.ts';
import { composeTokens } from '../live/shard/compose-tokens.ts';
import type { Credentials } from '../live/tokens/credentials.ts';
import { LateEvents } from '../live/time/late-events.ts';
import { Loop } from '../live/time/loop.ts';
import { plainEndpoint } from '../live/tokens/token-endpoint.ts';
import { TokenClient } from '../live/tokens/token-client.ts';
import { PLAIN_UPGRADE } from '../live/socket/upgrade-form.ts';
import { Curves } from '../metrics/curves.ts';
import { Lateness } from '../metrics/lateness.ts';
import { Recorder } from '../metrics/recorder.ts';
import { createStore, type RecorderStore } from '../metrics/store.ts';
import { sharedNowMs } from '../metrics/wall-clock.ts';
import { arriveOverMs as arrivalSpanMs, behaviourOf } from '../scenario/population.ts';
import { benchScenario } from './bench-scenario.ts';
import { arriveOverMs } from './population.ts';
import type { Refreshes } from './refreshes.ts';

/** The first client arrives this long after everything is ready, ms. */
const MARGIN_MS = 50;

interface Running {
  readonly store: RecorderStore;
  readonly loop: Loop;
  readonly tokenClient: TokenClient;
  readonly record: TokenRecord;
  readonly folder: string;
}

/**
 * Clients of a live run that arrive with an expired token: each refreshes it first. A run has the same parts between
 * the alarm and the token in hand: event loop, machine, recorder, token source, record of tokens. Only the sockets to a
 * gateway are missing, so that a dial does nothing.
 */
export class SquallRefreshes implements Refreshes {
  #running: Running | null = null;

  get done(): number {
    return this.#running === null ? 0 : new Curves(this.#running.store.curves).total('refreshed');
  }

  async begin(url: string, requests: number): Promise<void> {
    const scenario = benchScenario('ws://127.0.0.1:1', requests, arriveOverMs(requests));
    const store = createStore(Curves.binsFor(scenario.durationMs), true);
    const lateness = new Lateness(requests);
    const recorder = new Recorder(store, null, lateness);
    recorder.populated(requests);
    const folder = mkdtempSync(join(tmpdir(), 'squall-bench-'));
    beginTokenRecord(join(folder, 'tokens.fp'));
    const record = new TokenRecord(join(folder, 'tokens.fp'), 1);
    const credentials: Credentials = { access: [], refresh: [] };
    const draws = new Draws(scenario.seed);
    const privateJwk = await shippedTestJwk('HS256');
    const key = await importSigningKey(privateJwk, 'HS256');
    const clock = new RunClock({ hrMs: sharedNowMs() + MARGIN_MS, wallMs: Date.now() + MARGIN_MS });
    const { source } = composeTokens(
      {
        scenario,
        shard: 0,
        shards: 1,
        store,
        gateways: [],
        upgrade: PLAIN_UPGRADE,
        secrets: [],
        access: { privateJwk, endpoint: plainEndpoint(url, '127.0.0.1'), refreshSecret: null },
        users: null,
        tokensFile: null,
        maxAttemptsPerSecond: Infinity,
        maxRequestsPerSecond: Infinity,
        port: new MessageChannel().port2,
      },
      {
        credentials,
        minter: { key, issuer: 'squall', audience: 'squall' },
        record,
        numberOf: (client) => client,
        holesOf: (client) => ({ client }),
        firstValidityOf: () => ({ issuedAt: wall(0), expiresAt: wall(0) }),
        faults: faultWorld(draws, { count: requests, perUser: 1 }, { local: (hits) => hits, numberOf: (n) => n })
          .refreshes,
        clock: () => clock,
        taps: null,
      },
    );
    const queue = new EventQueue(requests * ALARMS);
    const late = new LateEvents(lateness, recorder, queue);
    const tokenClient = new TokenClient({
      source,
      isShared: null,
      clock,
      credentials,
      noteSighting: () => {},
      late,
      ownRefreshTokens: false,
      nudge: () => loop.nudge(),
    });
    const machine = new Machine({
      columns: clientColumns(requests),
      behaviour: behaviourOf(scenario),
      port: new TokenPort(tokenClient),
      queue,
      observer: recorder,
      draws,
      shard: 0,
      shards: 1,
      planned: requests,
      arriveOverMs: arrivalSpanMs(scenario.clients),
      arrivals: null,
    });
    tokenClient.attach(machine);
    late.attach(machine);
    for (let client = 0; client < requests; client++) {
      credentials.access[client] = '';
      credentials.refresh[client] = `refresh-${client}`;
      machine.prepare(client, 0, mono(0), mono(0));
    }
    const loop = new Loop(
      queue,
      clock,
      (slot, dueAt, now) => {
        if (late.rings(slot, dueAt, now)) machine.ring(slot, dueAt, now);
      },
      (ms) => recorder.late(ms),
    );
    loop.start();
    this.#running = { store, loop, tokenClient, record, folder };
  }

  async end(): Promise<void> {
    if (this.#running === null) return;
    const { loop, tokenClient, record, folder } = this.#running;
    loop.stop();
    await tokenClient.close();
    record.close();
    rmSync(folder, { recursive: true });
  }
}

/** The way of clients to the token service alone. */
class TokenPort implements Port {
  readonly #tokenClient: TokenClient;

  constructor(tokenClient: TokenClient) {
    this.#tokenClient = tokenClient;
  }

  requestToken(client: number, first: boolean): boolean {
    return this.#tokenClient.request(client, first);
  }

  abandonToken(client: number): void {
    this.#tokenClient.abandon(client);
  }

  dial(): void {}
  hangUp(): void {}
  join(): void {}
  authenticate(): void {}
  send(): void {}
  ping(): MonoMs {
    return NEVER;
  }
  lastPing(): MonoMs {
    return mono(0);
  }
}
