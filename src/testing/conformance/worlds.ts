import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RefreshTokens } from '../../jwt/refresh-token.ts';
import { privateKey } from '../../live/network/private-key.ts';
import { NO_EXTRAS, targetConfig } from '../../live/run/setup.ts';
import type * as targetRoom from '../../live/target/target-process.ts';
import type { RunEvent } from '../../metrics/run.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { arrivesTokenless } from '../../scenario/logs-in.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { liveRun, textIn } from '../live-run.ts';
import { free, simulated } from '../simulated.ts';
import { figuresOf, type Figures, type RunRecord } from './figures.ts';
import { foreignTarget, startForeignTarget } from './foreign-server.ts';
import type { ForeignServer, Trial, World } from './trial.ts';

/** The outcome of a trial in one world. */
export interface Shown {
  readonly figures: Figures;
  readonly events: readonly RunEvent[];
}

/** Defaults of all trials: a few clients that arrive early, stay, and have time for one retry after a loss. */
const BASE = {
  seed: 11,
  duration: '4s',
  tokens: { lifetime: '60s', issued: 'together' },
  clients: {
    count: 20,
    arrive: { over: '200ms' },
    connectTimeout: '3s',
    backoff: { growth: 'table', delays: ['300ms', '60s'], jitter: 'none' },
  },
};

/** The trial's scenario with the embedded target; it is also simulated. */
function embeddedScenario(trial: Trial): Scenario {
  return parseScenario(JSON.stringify({ ...common(trial), target: { embedded: trial.target ?? {} } }), 'trial.yaml');
}

/**
 * The same clients towards a URL.
 *
 * @param identity the token endpoint and the users with refresh tokens for it, if there is one
 */
export function urlScenario(trial: Trial, url: string, identity: Identity = MINTED): Scenario {
  const { tokens: plan, ...rest } = common(trial);
  const target = { url, protocol: trial.foreign?.protocol ?? 'squall' };
  return parseScenario(
    JSON.stringify({ ...rest, ...identity.users, tokens: { ...plan, source: identity.source }, target }),
    'trial.yaml',
  );
}

/** A trial's scenario without any server, as it is checked and simulated. */
export function scenarioOf(trial: Trial): Scenario {
  const { foreign } = trial;
  if (foreign === undefined) return embeddedScenario(trial);
  if (foreign.server !== undefined) {
    const { url, source } = foreignTarget(foreign.server);
    return urlScenario(trial, url, { source, users: {} });
  }
  return urlScenario(trial, 'ws://127.0.0.1:1/', identityFrom(trial, 'users.csv', 'http://127.0.0.1:1/token'));
}

interface Identity {
  readonly source: object | 'mint';
  readonly users: object;
}

const MINTED: Identity = { source: 'mint', users: {} };

/** Clients with refresh tokens from a file, and first tokens that squall mints, unless they log in. */
function identityFrom(trial: Trial, usersFile: string, url: string): Identity {
  const file = { refresh: '{user.refresh}' };
  const users = { users: { file: usersFile } };
  if (trial.foreign?.sharesTokens === true) {
    const form = { grant_type: 'refresh_token', refresh_token: '{refresh}' };
    return { source: { file, endpoint: { flight: 'user', refresh: { url, form } } }, users };
  }
  const first = arrivesTokenless(embeddedScenario(trial)) ? {} : { mint: {} };
  return { source: { ...first, file, oauth2: { url } }, users };
}

export function show(trial: Trial, world: World): Promise<Shown> {
  return SHOW[world](trial);
}

const SHOW: Readonly<Record<World, (trial: Trial) => Promise<Shown>>> = {
  embedded: async (trial) => {
    const { outcome, events, accessLog } = await liveRun(embeddedScenario(trial));
    return { figures: figuresOf(outcome, { counts: null, accessLog }), events };
  },
  url: async (trial) => {
    const beside = await besideOf(trial);
    const run = await liveRun(beside.scenario).catch(async (error: unknown) => {
      await beside.stop();
      throw error;
    });
    return { figures: figuresOf(run.outcome, await beside.stop()), events: run.events };
  },
  sim: async (trial) => {
    const run = await simulated(scenarioOf(trial));
    const figures = figuresOf(run.outcome, { counts: null, accessLog: null });
    free(run);
    return { figures, events: run.events };
  },
};

interface Beside {
  readonly scenario: Scenario;
  stop(): Promise<RunRecord>;
}

/** The trial's gateway and token service in one process, without faults, as in `squall serve`. */
async function besideOf(trial: Trial): Promise<Beside> {
  const { foreign } = trial;
  if (foreign?.server !== undefined) return besideForeign(trial, foreign.server);
  const embedded = embeddedScenario(trial);
  const secret = randomBytes(32).toString('base64url');
  const folder = mkdtempSync(join(tmpdir(), 'squall-conformance-'));
  const accessLogFile = join(folder, 'access.log');
  const compiled = new URL('../../../dist/live/target/target-process.js', import.meta.url).href;
  const { TargetProcess } = (await import(compiled)) as typeof targetRoom;
  const target = await TargetProcess.start(
    targetConfig(embedded, await privateKey(embedded), secret, { ...NO_EXTRAS, accessLogFile }),
    UNHEARD,
  );
  const usersFile = join(folder, 'users.csv');
  writeFileSync(usersFile, usersWithTokens(secret, embedded.clients, trial), { mode: 0o600 });
  const identity = trial.mints === true ? MINTED : identityFrom(trial, usersFile, target.tokenUrl);
  return {
    scenario: urlScenario(trial, target.gatewayUrl, identity),
    stop: async () => {
      const counts = await target.stop();
      const accessLog = textIn(accessLogFile);
      rmSync(folder, { recursive: true });
      return { counts, accessLog };
    },
  };
}

async function besideForeign(trial: Trial, server: ForeignServer): Promise<Beside> {
  const { url, source, stop } = await startForeignTarget(server);
  return {
    scenario: urlScenario(trial, url, { source, users: {} }),
    stop: async () => {
      await stop();
      return { counts: null, accessLog: null };
    },
  };
}

const UNHEARD = {
  died: (message: string) => {
    throw new Error(message);
  },
  journalBroken: () => {},
  restarted: () => {},
  served: () => {},
  clock: () => {},
  counts: () => {},
};

/** A row with a refresh token for each client; the devices of a user have the row of their user, which is of its first device. */
function usersWithTokens(secret: string, { count, perUser }: Scenario['clients'], { sharedSessions }: Trial): string {
  const sealer = new RefreshTokens(secret);
  const sealed = Array.from({ length: Math.ceil(count / perUser) }, (_, user) => {
    const client = user * perUser;
    const copies = sharedSessions === true ? client % 2 : 0;
    return sealer.seal({ client, session: client - copies, generation: 2 * copies });
  });
  return `refresh\n${sealed.join('\n')}\n`;
}

/** The sections that do not depend on the target. */
function common({ duration, tokens, clients, faults = [] }: Trial) {
  return {
    ...BASE,
    duration: duration ?? BASE.duration,
    faults,
    tokens: { ...BASE.tokens, refresh: {}, ...tokens },
    clients: { ...BASE.clients, ...clients },
  };
}

/** The trial with all durations and rates slowed by the factor `times`. */
export function slowed(trial: Trial, times: number): Trial {
  const { target, duration, tokens, clients, faults = [], foreign = {} } = trial;
  const whole = {
    target: target ?? {},
    duration: duration ?? BASE.duration,
    tokens: { ...BASE.tokens, ...tokens },
    clients: { ...BASE.clients, ...clients },
    faults,
    foreign,
  };
  const { foreign: slowForeign, ...slow } = slowedIn(whole, times) as typeof whole;
  return { ...trial, ...slow, ...(trial.foreign === undefined ? {} : { foreign: slowForeign }) };
}

function slowedIn(value: unknown, times: number): unknown {
  if (typeof value === 'string') {
    const [, number, unit] = /^(-?\d+)(ms|s|\/s)$/.exec(value) ?? [];
    if (number === undefined) return value;
    return unit === '/s' ? `${Number(number) / times}/s` : `${Number(number) * times}${unit}`;
  }
  if (Array.isArray(value)) return value.map((item) => slowedIn(item, times));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, slowedIn(item, times)]));
}
