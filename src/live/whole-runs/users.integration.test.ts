import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { bearerOf } from '../../embedded/bearer.ts';
import { failuresOf, liveRun, smallScenario } from '../../testing/live-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-run-users-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CLIENTS = 6;

/** A gateway that accepts whom `accepts` does. @returns its port */
async function gateway(accepts: (request: IncomingMessage) => boolean): Promise<number> {
  const verifyClient = ({ req }: { req: IncomingMessage }): boolean => accepts(req);
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, verifyClient });
  onTestFinished(() => server.close());
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

function usersFile(name: string, columns: string, row: (user: number) => string): string {
  const file = join(folder, name);
  writeFileSync(file, `${columns}\n${Array.from({ length: CLIENTS }, (_, user) => `${row(user)}\n`).join('')}`);
  return file;
}

test('clients stand for the users of a file, in minted claims, headers and the URL, also with renewed tokens', async () => {
  const file = usersFile('users.csv', 'id,tenant', (user) => `u${user},"t ${user % 2}"`);
  const seen: string[] = [];
  const port = await gateway((request) => {
    const { sub, org, roles } = decodeJwt(bearerOf(request, { kind: 'header' }) ?? '');
    seen.push(
      `${String(sub)} ${JSON.stringify(org)} ${String(roles)} ${String(request.headers['x-tenant'])} ${request.url}`,
    );
    return true;
  });
  const scenario = smallScenario(
    `target={ url: "ws://127.0.0.1:${port}/rt?user={user.id}", headers: { X-Tenant: "{user.tenant}" } }`,
    `users={ file: ${JSON.stringify(file)} }`,
    `clients.count=${CLIENTS}`,
    'generator.workers=2',
    'duration=60s',
    'tokens={ lifetime: 20s, issued: together, refresh: { lead: 18s } }',
    'tokens.source={ mint: { claims: { sub: "{user.id}", org: { tenant: "{user.tenant}", n: 1 }, roles: [a, "c{client}"] } } }',
  );
  const { outcome } = await liveRun(scenario, {
    until: ({ measurements: { curves } }) => curves.total('recovered') >= CLIENTS,
  });
  expect(outcome.measurements.curves.total('refreshed')).toBe(CLIENTS);
  const all = Array.from(
    { length: CLIENTS },
    (_, n) => `u${n} {"tenant":"t ${n % 2}","n":1} a,c${n} t ${n % 2} /rt?user=u${n}`,
  );
  expect(seen.toSorted()).toEqual([...all, ...all].toSorted());
});

test('a token issued to another client by a fault is of another user', async () => {
  const file = usersFile('others.csv', 'id', (user) => `u${user}`);
  const subjects = new Map<string, string[]>();
  const port = await gateway((request) => {
    const client = request.url ?? '';
    const { sub } = decodeJwt(bearerOf(request, { kind: 'header' }) ?? '');
    subjects.set(client, [...(subjects.get(client) ?? []), String(sub)]);
    return true;
  });
  const scenario = smallScenario(
    `target={ url: "ws://127.0.0.1:${port}/{client}" }`,
    `users={ file: ${JSON.stringify(file)} }`,
    `clients={ count: ${CLIENTS}, perUser: 2, arrive: { over: 100ms } }`,
    'duration=60s',
    'tokens={ lifetime: 20s, issued: together, refresh: { lead: 18s }, source: { mint: { claims: { sub: "{user.id}" } } } }',
    'faults=[{ at: 0s, for: 60s, refresh: wrong-subject }]',
  );
  await liveRun(scenario, { until: ({ measurements: { curves } }) => curves.total('recovered') >= CLIENTS });
  expect(Object.fromEntries(subjects)).toEqual({
    '/0': ['u0', 'u1'],
    '/1': ['u0', 'u1'],
    '/2': ['u1', 'u2'],
    '/3': ['u1', 'u2'],
    '/4': ['u2', 'u0'],
    '/5': ['u2', 'u0'],
  });
});

test('clients with access tokens of a file go on with them while the server takes them, and then give up', async () => {
  const file = usersFile('tokens.csv', 'access', (user) => `opaque-${user}`);
  let isTaken = true;
  const tokens: string[] = [];
  const port = await gateway((request) => {
    tokens.push(bearerOf(request, { kind: 'header' }) ?? '');
    return isTaken;
  });
  const scenario = smallScenario(
    `target={ url: "ws://127.0.0.1:${port}/" }`,
    `users={ file: ${JSON.stringify(file)} }`,
    `clients.count=${CLIENTS}`,
    'duration=60s',
    // They would be due for renewal at once, and last an hour.
    'tokens={ lifetime: 1h, refresh: { lead: 3599500ms } }',
    'tokens.source={ file: { access: "{user.access}" } }',
    'clients.closeCodes={ 401: refresh }',
    'faults=[{ at: 1500ms, drop: reset, every: 1s }]',
  );
  const run = await liveRun(scenario, {
    onProgress: ({ measurements: { curves } }) => {
      if (curves.total('recovered') >= CLIENTS) isTaken = false;
    },
    until: ({ measurements: { curves } }) => curves.total('stateStopped') >= CLIENTS,
  });
  const { counts, curves } = run.outcome.measurements;
  expect(curves.total('recovered')).toBeGreaterThanOrEqual(CLIENTS);
  expect(failuresOf(run, 'refresh')).toEqual({ 'no-next-token': CLIENTS });
  expect(counts.stoppedGaveUp).toBe(CLIENTS);
  expect(new Set(tokens)).toEqual(new Set(Array.from({ length: CLIENTS }, (_, user) => `opaque-${user}`)));
});

test('access tokens that have run out are refused before the run, by their lines', async () => {
  const file = join(folder, 'expired.csv');
  const payload = Buffer.from(JSON.stringify({ exp: 1000 })).toString('base64url');
  writeFileSync(file, `access\nopaque\ne30.${payload}.x\nwith blank\n`);
  const scenario = smallScenario(
    'target={ url: "ws://127.0.0.1:9/" }',
    `users={ file: ${JSON.stringify(file)} }`,
    'clients.count=3',
    'tokens.source={ file: { access: "{user.access}" } }',
  );
  await expect(liveRun(scenario)).rejects.toThrow(
    new RegExp(
      String.raw`^${file}:3:1: tokens\.source\.file\.access: the token ran out \d+ s ago, and no endpoint renews it — write a fresh one\n` +
        String.raw`${file}:4:1: tokens\.source\.file\.access: a blank at character 5 of the token — write the token alone$`,
    ),
  );
});

test("the embedded target's own tokens have the claims of users, too", async () => {
  const file = usersFile('plans.csv', 'plan,password', (user) => `plan-${user},hunter2-${user}`);
  const scenario = smallScenario(
    `users={ file: ${JSON.stringify(file)} }`,
    `clients={ count: ${CLIENTS}, arrive: { over: 100ms } }`,
    'duration=60s',
    'target.embedded.accessLog=raw',
    'tokens={ lifetime: 20s, issued: together, carrier: { query: token }, refresh: { lead: 18s } }',
    'tokens.source={ mint: { claims: { plan: "{user.plan}" } } }',
  );
  const { accessLog } = await liveRun(scenario, {
    until: ({ measurements: { curves } }) => curves.total('recovered') >= CLIENTS,
  });
  const tokens = Array.from(accessLog.matchAll(/token=([\w.-]+)/g), ([, token]) => decodeJwt(token ?? ''));
  const plans = tokens.map(({ sub, plan }) => `${String(sub)} ${String(plan)}`);
  const all = Array.from({ length: CLIENTS }, (_, n) => `client-${n} plan-${n}`);
  expect(plans.toSorted()).toEqual([...all, ...all].toSorted());
});

test('what a server quotes of users is taken out of the report', async () => {
  const file = usersFile('quoted.csv', 'email,password', (user) => `user-${user}@x.test,hunter2-${user}`);
  const server = createServer();
  onTestFinished(() => void server.close());
  server.on('upgrade', (request, socket) => {
    const { password } = decodeJwt(bearerOf(request, { kind: 'header' }) ?? '');
    const body = `no user-${String(password).at(-1)}%40x.test with ${String(password)} in ${request.url}`;
    socket.end(`HTTP/1.1 400 Bad Request\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const scenario = smallScenario(
    `target={ url: "ws://127.0.0.1:${port}/{user.email}" }`,
    `users={ file: ${JSON.stringify(file)} }`,
    `clients={ count: ${CLIENTS}, arrive: { over: 100ms } }`,
    'tokens.source={ mint: { claims: { password: "{user.password}" } } }',
  );
  const { outcome } = await liveRun(scenario, {
    until: ({ measurements: { curves } }) => curves.total('attemptsFailed') >= CLIENTS,
  });
  expect(new Set(outcome.seen?.map(({ text }) => text))).toEqual(
    new Set(['no [removed] with [removed] in /[removed]']),
  );
});
