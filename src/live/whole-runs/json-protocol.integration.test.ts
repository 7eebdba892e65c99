import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { scenariosIn } from '../../testing/readme-examples.ts';
import { liveRun, type LiveRun, smallScenario } from '../../testing/live-run.ts';

// This test runs the compiled workers, as a user does: build first.

const CLIENTS = 20;

/** What a client of the server may send, and how the server answers. */
interface Frame {
  readonly op?: string;
  readonly token?: string;
  readonly n?: number;
}

/**
 * A server that speaks first, wants a token and then a join, pings, and acknowledges commands by number. Its frames hold
 * several messages, each with a newline after it.
 */
async function startServer({ pings = true, welcomes = true } = {}) {
  const counts = { hellos: 0, auths: 0, joins: 0, renewals: 0, pongs: 0, commands: 0, beats: 0 };
  const sockets = new Set<WebSocket>();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    sockets.add(socket);
    const say = (...messages: object[]) => socket.send(messages.map((each) => `${JSON.stringify(each)}\n`).join(''));
    const timer = pings ? setInterval(() => say({ op: 'ping' }), 200) : undefined;
    socket.on('close', () => clearInterval(timer));
    const answers: Record<string, (frame: Frame) => void> = {
      auth: ({ token }) => {
        counts.auths += 1;
        if (token?.split('.').length !== 3) say({ op: 'denied', then: 'stop' });
        else say({ op: 'news' }, { op: 'in' });
      },
      join: () => {
        counts.joins += 1;
        if (welcomes) say({ op: 'joined' });
      },
      renew: () => {
        counts.renewals += 1;
        say({ op: 'renewed' });
      },
      pong: () => (counts.pongs += 1),
      beat: () => {
        counts.beats += 1;
        say({ op: 'pulse' });
      },
      do: ({ n }) => {
        counts.commands += 1;
        say({ op: 'news' }, { op: 'done', n });
      },
    };
    socket.on('message', (data: Buffer) => {
      for (const line of data.toString().split('\n')) {
        if (line === '') continue;
        const frame = JSON.parse(line) as Frame;
        answers[frame.op ?? '']?.(frame);
      }
    });
    counts.hellos += 1;
    say({ op: 'hello' });
  });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const sayAtOnce = (message: object, times: number) => {
    const frame = `${JSON.stringify(message)}\n`.repeat(times);
    for (const socket of sockets) if (socket.readyState === socket.OPEN) socket.send(frame);
  };
  const sayToAll = (message: object) => {
    for (const socket of sockets) if (socket.readyState === socket.OPEN) socket.send(`${JSON.stringify(message)}\n`);
  };
  return { port, counts, sayToAll, sayAtOnce };
}

const PROTOCOL = {
  framing: 'newline',
  handshake: [
    { expect: { op: 'hello' } },
    { send: '{"op":"auth","token":"{token}"}', expect: { op: 'in' } },
    { send: '{"op":"join","of":{client}}', expect: { op: 'joined' } },
  ],
  authRefused: { op: 'denied' },
  refusedAdvice: 'then',
  command: '{"op":"do","n":{seq}}',
  ack: { op: 'done' },
  ackId: 'n',
  firstSeq: 1,
  replies: [{ to: { op: 'ping' }, send: '{"op":"pong"}' }],
  ends: [{ on: { op: 'bye', restart: true } }, { on: { op: 'bye' }, then: 'stop' }],
  ignore: [{ op: 'news' }],
  silence: '2s',
};

function scenarioAt(port: number, keys: object, ...sets: readonly string[]) {
  const target = { url: `ws://127.0.0.1:${port}/`, protocol: { json: { ...PROTOCOL, ...keys } } };
  return smallScenario(
    `target=${JSON.stringify(target)}`,
    `clients.count=${CLIENTS}`,
    'tokens.carrier=message',
    'duration=60s',
    ...sets,
  );
}

type EventCurve = 'attempts' | 'ready' | 'sent' | 'resent' | 'acknowledged' | 'stopped' | 'refreshed' | 'recovered';

function total({ outcome }: LiveRun, curve: EventCurve): number {
  return outcome.measurements.curves.total(curve);
}

describe('clients of a server whose JSON the scenario spells', () => {
  test('go through all steps, answer pings and send commands; both sides count the same', async () => {
    const server = await startServer();
    const run = await liveRun(
      scenarioAt(server.port, {}, 'clients.commands={ rate: 5/s }', 'faults=[{ at: 2s, drop: { code: 1012 } }]'),
      {
        until: ({ measurements: { curves } }) =>
          curves.total('recovered') === CLIENTS && curves.total('acknowledged') > 400,
      },
    );
    expect(server.counts).toMatchObject({
      hellos: total(run, 'attempts'),
      auths: total(run, 'ready'),
      joins: total(run, 'ready'),
      commands: total(run, 'sent') + total(run, 'resent'),
      renewals: 0,
    });
    expect(server.counts.pongs).toBeGreaterThan(CLIENTS);
    expect(run.outcome.seen).toEqual([]);
    expect(run.outcome.measurements.losses).toEqual(new Map([['close-1012', CLIENTS]]));
  });

  test('are driven by the example of the README', async () => {
    const server = await startServer();
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const section = readme.slice(readme.indexOf('### JSON spelled out'));
    const example = scenariosIn(section)[0]?.text ?? '';
    const sets = [`target.url=ws://127.0.0.1:${server.port}/`, `clients.count=${CLIENTS}`, 'clients.arrive.over=0s'];
    const scenario = parseScenario(example, 'readme.yaml', {
      sets: [...sets, 'tokens.lifetime=4s', 'clients.commands.rate=5/s'],
    });
    const run = await liveRun(scenario, {
      until: ({ measurements: { curves } }) =>
        curves.total('refreshed') >= CLIENTS && curves.total('acknowledged') >= 5 * CLIENTS,
    });
    expect(server.counts).toMatchObject({ hellos: CLIENTS, auths: CLIENTS, joins: CLIENTS });
    expect(server.counts.commands).toBe(total(run, 'sent'));
    expect(server.counts.renewals).toBeGreaterThanOrEqual(CLIENTS);
    expect(run.outcome.measurements.losses).toEqual(new Map());
    expect(run.outcome.seen).toEqual([]);
  });

  test('are not ready while a step is unanswered', async () => {
    const server = await startServer({ welcomes: false });
    const run = await liveRun(scenarioAt(server.port, {}, 'clients.connectTimeout=1s', 'duration=3s'));
    expect(total(run, 'ready')).toBe(0);
    expect(server.counts.joins).toBeGreaterThanOrEqual(CLIENTS);
  });

  test('present newer tokens with a frame of their own', async () => {
    const server = await startServer();
    const renewal = { reauthenticate: '{"op":"renew","token":"{token}"}', reauthenticated: { op: 'renewed' } };
    const sets = ['tokens.renewal=in-band', 'tokens.lifetime=3s'];
    const run = await liveRun(scenarioAt(server.port, renewal, ...sets), {
      until: ({ measurements: { curves } }) => curves.total('refreshed') >= 3 * CLIENTS,
    });
    expect(server.counts).toMatchObject({ auths: CLIENTS, joins: CLIENTS });
    expect(Math.abs(server.counts.renewals - total(run, 'refreshed'))).toBeLessThanOrEqual(CLIENTS);
    expect(run.outcome.measurements.losses).toEqual(new Map());
    expect(run.outcome.seen).toEqual([]);
  });

  test('read every message of a frame with thousands, and give up a connection whose frame has more than they read', async () => {
    const server = await startServer();
    const scenario = scenarioAt(server.port, { replies: [{ to: { op: 'ping' }, send: '{"op":"pong"}' }] });
    let said = 0;
    const run = await liveRun(scenario, {
      until: ({ measurements: { curves, losses } }) => {
        if (said === 0 && curves.total('stateReady') === CLIENTS) {
          server.sayAtOnce({ op: 'ping' }, 5000);
          said = 1;
        }
        if (said === 1 && server.counts.pongs >= 5000 * CLIENTS) {
          server.sayAtOnce({ op: 'ping' }, 65_537);
          said = 2;
        }
        return (losses.get('bad-frame') ?? 0) >= CLIENTS;
      },
    });
    expect(run.outcome.measurements.losses).toEqual(new Map([['bad-frame', CLIENTS]]));
    expect(run.outcome.seen).toMatchObject([{ kind: 'end', what: 'bad-frame', count: CLIENTS }]);
  });

  test('give up a server that falls silent, and not one that pings', async () => {
    const server = await startServer({ pings: false });
    const run = await liveRun(scenarioAt(server.port, {}), {
      until: ({ measurements: { counts } }) => counts.silent >= CLIENTS,
    });
    const { counts, losses } = run.outcome.measurements;
    expect([...losses.keys()]).toEqual(['silent']);
    expect(counts.silent).toBe(losses.get('silent'));
    expect(counts.silenceMs).toBeGreaterThanOrEqual(2000 * counts.silent);
  });

  test('ping with a frame of the protocol where they have a heartbeat', async () => {
    const server = await startServer({ pings: false });
    const beats = { heartbeat: '{"op":"beat"}', ignore: [{ op: 'news' }, { op: 'pulse' }] };
    const scenario = scenarioAt(server.port, beats, 'clients.heartbeat={ every: 200ms, timeout: 2s }');
    const run = await liveRun(scenario, { until: () => server.counts.beats >= 3 * CLIENTS });
    expect(server.counts.beats).toBeGreaterThanOrEqual(3 * CLIENTS);
    expect(run.outcome.measurements.losses).toEqual(new Map());
    expect(run.outcome.seen).toEqual([]);
  });

  test.each([
    [
      'come back where the server says that it restarts',
      { op: 'bye', restart: true },
      { recovered: CLIENTS, stopped: 0 },
    ],
    ['stop where it says no more', { op: 'bye' }, { recovered: 0, stopped: CLIENTS }],
  ])('%s', async (_what, message, expected) => {
    const server = await startServer();
    let said = false;
    const run = await liveRun(scenarioAt(server.port, {}), {
      until({ measurements: { curves } }) {
        if (!said && curves.total('stateReady') === CLIENTS) {
          said = true;
          server.sayToAll(message);
        }
        return said && curves.total('recovered') + curves.total('stopped') === CLIENTS;
      },
    });
    expect({ recovered: total(run, 'recovered'), stopped: total(run, 'stopped') }).toEqual(expected);
    expect(run.outcome.measurements.losses).toEqual(new Map([['server-disconnect', CLIENTS]]));
    expect(run.outcome.seen).toMatchObject([{ kind: 'end', what: 'server-disconnect', count: CLIENTS }]);
  });

  test('do as a refusal advises', async () => {
    const server = await startServer();
    const handshake = [PROTOCOL.handshake[0], { send: '{"op":"auth","token":"no {client}"}', expect: { op: 'in' } }];
    const run = await liveRun(scenarioAt(server.port, { handshake }, 'tokens.carrier=header'), {
      until: ({ measurements: { curves } }) => curves.total('stopped') === CLIENTS,
    });
    expect(server.counts).toMatchObject({ hellos: CLIENTS, auths: CLIENTS, joins: 0 });
    expect(total(run, 'ready')).toBe(0);
  });
});
