import { z } from 'zod';
import type { HeartbeatBehaviour } from '../../core/client/context.ts';
import type { LoopLimit } from '../../core/client/loop-detector.ts';
import { DEFAULTS } from '../defaults.ts';
import { boolean, count, duration, durationRange, scalar, rate, word } from '../scalar.ts';
import { MAX_CLIENTS, MAX_COMMANDS_PER_SECOND, MAX_DEVICES, MAX_ROUNDS, MAX_RUN_MS } from '../limits.ts';
import type { ArrivalPlan, ClientPlan, ClockSkew, CommandPlan } from '../scenario.ts';
import { object } from '../object.ts';
import { SIGNED_DURATION_PATTERN, readDuration } from '../../core/units/duration.ts';
import { Rejection } from '../../core/codec/reject.ts';
import { backoff } from './backoff.ts';
import { closeCodes, putInFront } from './rules.ts';

const fixedSkew = scalar<ClockSkew>(
  (input) => {
    const offsetMs = readDuration(input, { signed: true });
    return offsetMs instanceof Rejection ? offsetMs : { kind: 'fixed', offsetMs };
  },
  { type: 'string', pattern: SIGNED_DURATION_PATTERN, examples: ['-5s'] },
);

const clockSkew = z.union([
  fixedSkew,
  object({ normal: duration().describe('standard deviation') }).transform((keys): ClockSkew => ({
    kind: 'normal',
    sdMs: keys.normal,
  })),
  object({ uniform: durationRange({ signed: true }).describe('drawn from this range') }).transform(
    ({ uniform: [minMs, maxMs] }): ClockSkew => ({
      kind: 'uniform',
      minMs,
      maxMs,
    }),
  ),
]);

const commands = z.union([
  word(['none'], 'or a mapping such as { rate: 0.2/s }').transform(() => null),
  object({
    rate: rate(MAX_COMMANDS_PER_SECOND).describe('commands of each client'),
    ackTimeout: duration({ zero: false })
      .prefault(DEFAULTS.commands.ackTimeout)
      .describe('how long an acknowledgement is waited for'),
    onReconnect: word(['resend', 'drop'])
      .prefault(DEFAULTS.commands.onReconnect)
      .describe('resend: send unacknowledged commands again, and those that came due meanwhile; drop: neither'),
    beforeAuth: boolean()
      .prefault(DEFAULTS.commands.beforeAuth)
      .describe('with carrier message: send them on an open socket, although the token is not accepted yet'),
  }).transform((keys): CommandPlan => ({
    perSecond: keys.rate,
    ackTimeoutMs: keys.ackTimeout,
    onReconnect: keys.onReconnect,
    beforeAuth: keys.beforeAuth,
  })),
]);

const heartbeat = z.union([
  word(['none'], 'or a mapping such as { every: 10s }').transform(() => null),
  object({
    every: duration({ zero: false }).describe('how often a ready client pings'),
    timeout: duration({ zero: false })
      .prefault(DEFAULTS.heartbeat.timeout)
      .describe('nothing at all heard for so long after a ping: the connection is given up'),
  }).transform((keys): HeartbeatBehaviour => ({ everyMs: keys.every, timeoutMs: keys.timeout })),
]);

const loop = object({
  rounds: count({ min: 1, max: MAX_ROUNDS })
    .prefault(DEFAULTS.loop.rounds)
    .describe('reconnects, or token requests, of one client: more are a loop'),
  within: duration({ zero: false }).prefault(DEFAULTS.loop.within).describe('in any stretch of this length'),
}).transform((keys): LoopLimit => ({ rounds: keys.rounds, withinMs: keys.within }));

const D = DEFAULTS.clients;

const arrivalProcess = () =>
  word(['even', 'poisson'])
    .prefault(DEFAULTS.arrive.process)
    .describe('even: at equal distances; poisson: at random distances, as independent users come');

const arrive = z.union([
  object({
    over: duration({ maxMs: MAX_RUN_MS }).describe('first attempts are spread over this time'),
    process: arrivalProcess(),
  }).transform(({ over, process }): ArrivalPlan => ({ by: 'over', overMs: over, process })),
  object({
    rate: rate().describe('first attempts of all clients together; they last until all have come'),
    process: arrivalProcess(),
  }).transform((keys): ArrivalPlan => ({ by: 'rate', perSecond: keys.rate, process: keys.process })),
]);

const CONNECT_TIMEOUT_MS = duration().parse(DEFAULTS.connectTimeout);

export const clients = object({
  count: count({ min: 1, max: MAX_CLIENTS }).describe('how many'),
  perUser: count({ min: 1, max: MAX_DEVICES }).prefault(D.perUser).describe('devices that share one account'),
  arrive: arrive.prefault(D.arrive).describe('how the clients come: in which time, or at which rate'),
  backoff: backoff
    .prefault(D.backoff)
    .describe('when to connect again: a client library, or its parameters spelled out'),
  closeCodes: closeCodes
    .optional()
    .describe('what to do by close code, HTTP status or network failure; before what the library does'),
  connectTimeout: duration({ zero: false })
    .optional()
    .meta({ default: DEFAULTS.connectTimeout, description: 'from the dial to ready; a preset has its own' }),
  clockSkew: clockSkew.prefault(D.clockSkew).describe("the clients' clocks minus true time"),
  commands: commands.prefault(D.commands).describe('messages whose effect should happen exactly once'),
  heartbeat: heartbeat.prefault(D.heartbeat).describe('pings, by which clients find out that a connection is dead'),
  loop: loop.prefault(D.loop).describe('when a client counts as going round in a loop'),
}).transform((keys): ClientPlan => ({
  count: keys.count,
  perUser: keys.perUser,
  arrive: keys.arrive,
  backoffName: keys.backoff.name,
  backoff: { ...keys.backoff.policy, rules: putInFront(keys.closeCodes ?? [], keys.backoff.policy.rules) },
  connectTimeoutMs: keys.connectTimeout ?? keys.backoff.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
  clockSkew: keys.clockSkew,
  commands: keys.commands,
  heartbeat: keys.heartbeat,
  loop: keys.loop,
}));
