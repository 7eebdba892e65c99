import { describe, expect, it } from 'vitest';
import { LEAST, problemsOf } from '../../testing/expected-problems.ts';

describe('a value that is wrong by itself', () => {
  it.each([
    ['duration: 30', '1:11: duration: no unit (30) — 30 what? write 30s'],
    ['duration: 10 sec', '1:11: duration: unknown unit ("10 sec") — the units are ms, s, m, h; write 10s'],
    ['duration: 0s', '1:11: duration: no time at all ("0s") — write a duration longer than 0s'],
    ['duration: 200h', '1:11: duration: too long ("200h") — at most 168h'],
    ['duration:', '1:1: duration: empty — write a number and a unit (ms, s, m, h), such as 10s'],
    ['seed: -1', '1:7: seed: too few (-1) — write a whole number from 0 to 4294967295'],
    [
      'name: a/b',
      '1:7: name: not allowed here ("a/b") — write up to 64 letters, digits, and - _ . that begin with a letter or digit',
    ],
    ['target: 5', '1:9: target: not a mapping (5) — write one with keys embedded'],
    [
      'target: { embedded: {}, url: "ws://x" }',
      '1:25: target.url: does not go with `embedded` — keep one or the other',
    ],
    [
      'target: { embedded: { idempotent: yes } }',
      '1:35: target.embedded.idempotent: not yes or no ("yes") — write true or false',
    ],
    [
      'target: { url: "http://x" }',
      '1:16: target.url: not a ws: or wss: URL (http:) — write one such as wss://staging.example.com/realtime',
    ],
    [
      'target: { url: "ws://me:pw@x" }',
      '1:16: target.url: a user name or password in the URL — remove it: it would be written into every result',
    ],
    [
      'target: { url: "ws://x", allow: ["x:80"] }',
      '1:34: target.allow.0: not a host ("x:80") — write the name or address alone, such as staging.example.com',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { authenticate: "{tokn}" } } }',
      '1:60: target.protocol.json.authenticate: unknown hole ("{tokn}") — did you mean {token}; {{tokn}} stands for the text {tokn}',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { command: "{token} {id}" } } }',
      '1:55: target.protocol.json.command: no value at this place ("{token}") — the holes here are {id}, {seq}, {client}, {user.COLUMN}, {env.NAME}; {{token}} stands for the text {token}',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { authenticate: "{id} {cookie.sid}" } } }',
      '1:60: target.protocol.json.authenticate: no value at this place ("{id}") — the holes here are {token}, {client}, {user.COLUMN}, {env.NAME}; {{id}} stands for the text {id}',
    ],
    [
      'target: { url: "ws://x", messages: squall }',
      '1:26: target.messages: no longer a key — write protocol: { json: … } with these keys, or protocol: squall',
    ],
    [
      'target: { url: "ws://x", protocol: { jsn: {} } }',
      '1:38: target.protocol.jsn: unknown key — did you mean `json`?',
    ],
    [
      'target: { url: "ws://x", protocol: squal }',
      '1:36: target.protocol: unknown word ("squal") — did you mean `squall`?',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { ack: "(" } } }',
      '1:51: target.protocol.json.ack: no regular expression (Invalid regular expression: /^(?:()/su: Unterminated group) — mend it',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { ack: "(a+)+b" } } }',
      '1:51: target.protocol.json.ack: a repeated group that holds a repeat or alternatives itself, with which a hostile server could stall squall — write it without',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { ack: ".*a.*b.*" } } }',
      '1:51: target.protocol.json.ack: too many repeats, with which a hostile server could stall squall — write at most two of * and +, or limits such as {1,10}',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { handshake: [{ expect: { ok: [1] } }] } } }',
      '1:70: target.protocol.json.handshake.0.expect.ok: not comparable ([1]) — write the text, number or boolean that a message holds there, or { exists: true }',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { silence: 0s } } }',
      '1:55: target.protocol.json.silence: no time at all ("0s") — write a duration longer than 0s',
    ],
    [
      'tokens: { carrier: query }',
      '1:20: tokens.carrier: not one of the choices ("query") — write `header`, `message`, { query: access_token }, { cookie: NAME }, { subprotocol: { protocol: NAME } }',
    ],
    [
      'tokens: { refresh: { jitter: 5s } }',
      '1:30: tokens.refresh.jitter: not one of the choices ("5s") — write `none`, or a mapping such as { uniform: 5s }',
    ],
    [
      'tokens: { refresh: { lead: 100% } }',
      '1:28: tokens.refresh.lead: the whole lifetime ("100%") — write a share below 100%',
    ],
    ['clients: { count: 0 }', '1:19: clients.count: too few (0) — write a whole number from 1 to 20000000'],
    ['clients: { count: 21M }', '1:19: clients.count: too many ("21M") — write a whole number from 1 to 20000000'],
    [
      'clients: { count: 5, jiter: 1 }',
      '1:22: clients.jiter: unknown key — the keys here are count, perUser, arrive, library, backoff, closeCodes, connectTimeout, clockSkew, commands, heartbeat, rejoin, joinTimeout, loop',
    ],
    [
      'clients: { count: 5, backoff: { jiter: full } }',
      '1:33: clients.backoff.jiter: unknown key — did you mean `jitter`?',
    ],
    [
      'clients: { count: 5, backoff: socket.io }',
      '1:31: clients.backoff: unknown word ("socket.io") — did you mean `socket.io-client`?',
    ],
    [
      'clients: { count: 5, backoff: socketio }',
      '1:31: clients.backoff: unknown word ("socketio") — did you mean `socket.io-client`?',
    ],
    [
      'clients: { count: 5, backoff: slow }',
      '1:31: clients.backoff: not one of the choices ("slow") — write `none`, `ably`, `actioncable`, `autobahn`, `aws-amplify`, `centrifuge`, `colyseus`, `convex`, `discordjs`, `graphql-ws`, `grpc`, `hocuspocus`, `home-assistant`, `liveblocks`, `mqtt`, `nats-core`, `partysocket`, `phoenix`, `pusher-js`, `reconnecting-websocket`, `rfc6455`, `signalr`, `slack`, `socket.io-client`, `sockette`, `stompjs`, `subscriptions-transport-ws`, `supabase`, `web-pubsub`, `y-websocket`, or spell the backoff out, such as { base: 1s, cap: 30s }',
    ],
    [
      'clients: { count: 5, backoff: { delays: [1s] } }',
      '1:33: clients.backoff.delays: has no meaning with growth exponential — it belongs to growth table; remove it, or change growth',
    ],
    [
      'clients: { count: 5, backoff: { growth: table } }',
      '1:22: clients.backoff.delays: missing — growth table needs its delays, such as [0s, 2s, 10s]',
    ],
    [
      'clients: { count: 5, backoff: { jitter: { additive: [5s, 1s] } } }',
      '1:43: clients.backoff.jitter.additive: the wrong way round (["5s","1s"]) — write the least and the most, such as [0s, 5s]',
    ],
    [
      'clients: { count: 5, clockSkew: { normal: 1s, uniform: [0s, 1s] } }',
      '1:47: clients.clockSkew.uniform: does not go with `normal` — keep one or the other',
    ],
    [
      'clients: { count: 5, closeCodes: { 4403: stopp } }',
      '1:42: clients.closeCodes.4403: unknown word ("stopp") — did you mean `stop`?',
    ],
    [
      'clients: { count: 5, closeCodes: { 700: stop } }',
      '1:36: clients.closeCodes.700: no such signal ("700") — HTTP statuses are 100 to 599, close codes 1000 to 4999',
    ],
    [
      'clients: { count: 5, closeCodes: { refusd: stop } }',
      '1:36: clients.closeCodes.refusd: not a signal ("refusd") — did you mean `refused`?',
    ],
    [
      'clients: { count: 5, closeCodes: { 4000-4100: stop, 4050-4200: retry } }',
      '1:64: clients.closeCodes.4050-4200: overlaps 4000-4100 — write ranges that lie apart, or one inside the other',
    ],
    [
      'clients: { count: 5, backoff: { rules: [{ on: 4000-4099, action: stop }, { on: 4001, action: retry }] } }',
      '1:80: clients.backoff.rules.1.on: never reached (4001) — the rule on 4000-4099 comes first; remove one of them',
    ],
    [
      'clients: { count: 5, commands: { ackTimeout: 5s } }',
      '1:22: clients.commands.rate: missing — write a number and a unit (/s, /m, /h), such as 5/s',
    ],
    [
      'faults: [{ at: 1s, for: 2s, drop: reset }]',
      '1:20: faults.0.for: does not go with `drop` — keep one or the other',
    ],
    [
      'faults: [{ at: 1s, drop: { code: 1006 } }]',
      '1:34: faults.0.drop.code: no code that can be sent (1006) — write a code that a server may send: 1000-1003, 1007-1014 or 3000-4999',
    ],
    ['faults: [{ at: 1s, refrsh: hang, for: 1s }]', '1:20: faults.0.refrsh: unknown key — did you mean `refresh`?'],
    [
      'faults: [{ at: 1s, clock: 0s }]',
      '1:27: faults.0.clock: no jump at all ("0s") — write how far the clocks jump, such as 30s or -30s',
    ],
    ['faults: { at: 1s }', '1:1: faults: not a list ({"at":"1s"}) — write one with a dash before each item'],
    ['thresholds: [{ expression: a < 1, abrt: true }]', '1:35: thresholds.0.abrt: unknown key — did you mean `abort`?'],
    ['generator: { workers: 0 }', '1:23: generator.workers: too few (0) — write a whole number from 1 to 64'],
    [
      'model: 5',
      '1:8: model: not a file name (5) — write the path of a file that holds a model, or its keys, such as { latency: 5ms }',
    ],
    [
      'model: calibrated.yaml',
      '1:8: model: a file, and none is read here ("calibrated.yaml") — write the model\'s keys out',
    ],
    ['model: { file: 5 }', '1:16: model.file: not a file name (5) — write the path of a file that holds a model'],
    ['model: { gatewys: 2 }', '1:10: model.gatewys: unknown key — did you mean `gateways`?'],
    ['model: { gateways: 251 }', '1:20: model.gateways: too many (251) — write a whole number from 1 to 250'],
    ['model: { handshakes: 800 }', '1:22: model.handshakes: no unit (800) — 800 per what? write 800/s'],
    ['model: { latency: 5 }', '1:19: model.latency: no unit (5) — 5 what? write 5s'],
    [
      'model: { latency: { exponential: 5ms, sd: 1ms } }',
      '1:39: model.latency.sd: does not go with `exponential` — keep one or the other',
    ],
    [
      'model: { latency: { mean: 5ms } }',
      '1:10: model.latency.sd: missing — write a number and a unit (ms, s, m, h), such as 10s',
    ],
    ['model: { loss: 101% }', '1:16: model.loss: more than everybody ("101%") — write at most 100%'],
  ])('%s', (text, line) => {
    expect(problemsOf(text)).toContain(`s.yaml:${line}`);
  });

  it('does not show a password that stands in a URL', () => {
    expect(problemsOf('target: { url: "wss://me:hunter2@x" }').join('')).not.toContain('hunter2');
  });

  it('shortens what it shows and takes control characters out of it', () => {
    const [line = ''] = problemsOf(`${LEAST}name: "${'\\e[2J'.repeat(100)}"`);
    expect(line).not.toMatch(/\p{Cc}/u);
    expect(line.length).toBeLessThan(250);
  });
});
