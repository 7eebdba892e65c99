import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { bearerOf } from '../../embedded/bearer.ts';
import { summariseRun } from '../../results/summarise-run.ts';
import { failuresOf, liveRun, smallScenario } from '../../testing/live-run.ts';

const CLIENTS = 10;

interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A gateway that knows the tokens of a login service, and that service, which answers as `answer` says. */
class Service {
  /** users in the order of their logins, with the time of each, ms */
  readonly logins: { readonly user: string; readonly atMs: number }[] = [];
  readonly refreshes: string[] = [];
  readonly accepted: string[] = [];
  #answer: (user: string, nth: number) => Answer | null = () => null;
  readonly #nth = new Map<string, number>();
  gatewayPort = 0;
  loginPort = 0;

  static async start(answer?: (user: string, nth: number) => Answer | null): Promise<Service> {
    const service = new Service();
    if (answer !== undefined) service.#answer = answer;
    const verifyClient = ({ req }: { req: IncomingMessage }): boolean => {
      const token = bearerOf(req, { kind: 'header' }) ?? '';
      if (!token.startsWith('access-')) return false;
      service.accepted.push(token);
      return true;
    };
    const gateway = new WebSocketServer({ host: '127.0.0.1', port: 0, verifyClient });
    const http = createServer((request, response) => {
      void bodyOf(request).then((text) => {
        const { status, body, headers = {} } = service.#serve(JSON.parse(text) as Body);
        response.writeHead(status, headers).end(JSON.stringify(body ?? {}));
      });
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      gateway.close();
      http.close();
      http.closeAllConnections();
    });
    await Promise.all([once(gateway, 'listening'), once(http, 'listening')]);
    service.gatewayPort = (gateway.address() as { port: number }).port;
    service.loginPort = (http.address() as { port: number }).port;
    return service;
  }

  scenario(...sets: readonly string[]) {
    const url = `http://127.0.0.1:${this.loginPort}/`;
    return smallScenario(
      'duration=2s',
      `clients={ count: ${CLIENTS}, arrive: { over: 100ms } }`,
      'generator.workers=2',
      `target={ url: "ws://127.0.0.1:${this.gatewayPort}/" }`,
      'users={ generate: { email: "u{client}", secret: "s3cret-{client}" } }',
      `tokens.source={ endpoint: { login: { url: "${url}", json: { user: "{user.email}", secret: "{user.secret}" } },
        refresh: { url: "${url}", json: { refresh: "{refresh}" } } } }`,
      'tokens.refresh.retry={ growth: fixed, base: 100ms, jitter: none }',
      ...sets,
    );
  }

  #serve({ user, refresh }: Body): Answer {
    if (user === undefined) {
      this.refreshes.push(refresh ?? '');
      return tokens(`${refresh}`.replace('refresh-', ''), 'again');
    }
    const nth = (this.#nth.get(user) ?? 0) + 1;
    this.#nth.set(user, nth);
    this.logins.push({ user, atMs: performance.now() });
    return this.#answer(user, nth) ?? tokens(user, 'first');
  }
}

interface Body {
  readonly user?: string;
  readonly refresh?: string;
}

function tokens(user: string, which: string): Answer {
  const body = { access_token: `access-${user}-${which}`, refresh_token: `refresh-${user}`, expires_in: 600 };
  return { status: 200, body };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const NAMES = Array.from({ length: CLIENTS }, (_, n) => `u${n}`);

describe('clients that log in before the run', () => {
  test('do so at the pace of the scenario, all workers together, and arrive with their tokens', async () => {
    const service = await Service.start();
    const { outcome, events } = await liveRun(service.scenario('tokens.login.rate=20/s'));
    const { counts, timings, curves } = outcome.measurements;
    expect(service.logins.map(({ user }) => user).toSorted()).toEqual(NAMES);
    // Ten logins at 20/s take 450 ms from the first to the last.
    expect(service.logins.at(-1)!.atMs - service.logins[0]!.atMs).toBeGreaterThan(350);
    expect(service.accepted.toSorted()).toEqual(NAMES.map((name) => `access-${name}-first`));
    expect(counts).toMatchObject({ loginsBefore: CLIENTS, loginsBeforeFailed: 0 });
    expect(timings.login.count).toBe(CLIENTS);
    expect([curves.total('logins'), curves.total('refreshes'), curves.total('ready')]).toEqual([0, 0, CLIENTS]);
    expect(events.some(({ kind, message }) => kind === 'phase' && /^logging in: \d+ of 10$/.test(message))).toBe(true);
    expect(outcome.integrity).toEqual([]);
  });

  test('wait together where the endpoint asks for it', async () => {
    let limited = 0;
    const service = await Service.start(() => {
      if (limited > 0) return null;
      limited = performance.now();
      return { status: 429, headers: { 'retry-after': '1' } };
    });
    const run = await liveRun(service.scenario('generator.workers=1', 'tokens.login.rate=1000/s'));
    expect(run.outcome.measurements.counts).toMatchObject({ loginsBefore: CLIENTS + 1, loginsBeforeFailed: 1 });
    expect(failuresOf(run, 'login')).toEqual({ 'http-429': 1 });
    // Logins that were under way at the answer are not held back.
    expect(service.logins.at(-1)!.atMs - limited).toBeGreaterThan(900);
    expect(run.outcome.measurements.curves.total('ready')).toBe(CLIENTS);
  });

  test('arrive without a token where they could not, log in during the run, and make it inconclusive', async () => {
    // The endpoint does not know two users at first.
    const service = await Service.start((user, nth) =>
      (user === 'u3' || user === 'u8') && nth === 1 ? { status: 400, body: { error: 'invalid_grant' } } : null,
    );
    const scenario = service.scenario('tokens.login.rate=1000/s');
    const { outcome } = await liveRun(scenario);
    expect(outcome.measurements.counts).toMatchObject({ loginsBefore: CLIENTS, loginsBeforeFailed: 2 });
    expect(outcome.measurements.curves.total('logins')).toBe(2);
    expect(outcome.measurements.curves.total('ready')).toBe(CLIENTS);
    expect(outcome.integrity).toMatchObject([{ kind: 'logins-failed' }]);
    expect(outcome.integrity[0]!.text).toMatch(
      /^2 of 10 clients could not log in before the run \(token endpoint: invalid-grant "invalid_grant \(HTTP 400\)" \(2 times\)\)/,
    );
    const { summary } = summariseRun({ scenario, world: 'live', startedAt: new Date(0), outcome, warnings: [] });
    expect(summary.verdict).toBe('inconclusive');
  });

  test('are interrupted without waiting for answers', async () => {
    const service = await Service.start();
    const over = new AbortController();
    const { outcome } = await liveRun(service.scenario('tokens.login.rate=1/s'), {
      signal: over.signal,
      onEvent: ({ message }) => void (message.startsWith('logging in: 1 of 10') && over.abort()),
    });
    expect(outcome.ended).toBe('interrupted');
    expect(outcome.measurements.counts.clientsStarted).toBe(0);
    expect(service.logins.length).toBeLessThan(CLIENTS);
  });
});

describe('clients that log in during the run', () => {
  test('do so when they arrive, and refresh later with what the login gave them', async () => {
    const service = await Service.start();
    const { outcome } = await liveRun(
      service.scenario('tokens.login.during=run', 'tokens.lifetime=600s', 'tokens.refresh.lead=599s', 'duration=60s'),
      { until: ({ measurements: { curves } }) => curves.total('recovered') === CLIENTS },
    );
    const { counts, timings, curves } = outcome.measurements;
    expect(service.logins.map(({ user }) => user).toSorted()).toEqual(NAMES);
    expect(new Set(service.refreshes)).toEqual(new Set(NAMES.map((name) => `refresh-${name}`)));
    expect([curves.total('logins'), curves.total('loginsFailed'), timings.login.count]).toEqual([CLIENTS, 0, CLIENTS]);
    expect(counts.loginsBefore).toBe(0);
  });

  test('meet the faults of refreshes', async () => {
    const service = await Service.start();
    const run = await liveRun(
      service.scenario(
        'tokens.login.during=run',
        'duration=60s',
        'faults=[{ at: 0s, for: 500ms, refresh: { status: 503 } }]',
      ),
      { until: ({ measurements: { curves } }) => curves.total('ready') === CLIENTS },
    );
    const { curves } = run.outcome.measurements;
    expect(Object.keys(failuresOf(run, 'login'))).toEqual(['http-503']);
    expect(curves.total('logins')).toBe(CLIENTS + curves.total('loginsFailed'));
    expect(service.logins).toHaveLength(CLIENTS);
    const { faults } = run.outcome;
    expect(faults[0]!.hit).toBe(curves.total('loginsFailed'));
  });
});

test('a run in which nobody can log in is refused, with the answer and without secrets', async () => {
  const service = await Service.start((user) => ({
    status: 401,
    body: { error: 'invalid_client', error_description: `no client_id, s3cret-${user.slice(1)}` },
  }));
  const sets = ['tokens.login.rate=1000/s', 'tokens.refresh.retry.max=0'];
  const refusal: unknown = await liveRun(service.scenario(...sets)).catch((error: unknown) => error);
  const text = 'invalid_client: no client_id, [removed] (HTTP 401)';
  expect(refusal).toMatchObject({
    name: 'RunRefused',
    code: 'no-answer',
    message: `none of the 10 clients could log in (token endpoint: HTTP 401 "${text}" (10 times))`,
    seen: [{ kind: 'token', what: 'HTTP 401', text }],
  });
  expect(service.accepted).toEqual([]);
});
