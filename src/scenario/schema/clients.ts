import type { HeartbeatBehaviour, LoopLimit } from '../../core/client/behaviour.ts';
import type { BackoffPolicy } from '../../core/policy/backoff.ts';
import { oneOf, variant, words } from '../../core/codec/choice.ts';
import type { Codec, Flat, ValueOf } from '../../core/codec/codec.ts';
import { object } from '../../core/codec/object.ts';
import { boolean, count, duration, range, rate, word } from '../../core/codec/scalars.ts';
import { MAX_RUN_MS } from '../../core/limits.ts';
import { MAX_CLIENTS, MAX_COMMANDS_PER_SECOND, MAX_DEVICES, MAX_ROUNDS } from '../limits.ts';
import { backoff, type NamedBackoff } from './backoff.ts';
import { LIBRARY_NAMES } from './library.ts';
import { closeCodes, putInFront } from './rules.ts';

const clockSkew = oneOf(
  duration({ signed: true }).wrap('offsetMs').tagged({ kind: 'fixed' }),
  variant({ kind: 'normal' }, { normal: duration().as('sdMs').describe('standard deviation') }),
  variant(
    { kind: 'uniform' },
    {
      uniform: range('minMs', 'maxMs', duration({ signed: true }), '[0s, 5s]')
        .inline()
        .describe('drawn from this range'),
    },
  ),
);

/** A client's clock minus true time. */
export type ClockSkew = ValueOf<typeof clockSkew>;

const sentCommands = object({
  rate: rate(MAX_COMMANDS_PER_SECOND).as('perSecond').describe('commands of each client'),
  ackTimeout: duration({ zero: false })
    .as('ackTimeoutMs')
    .default('5s')
    .describe('how long an acknowledgement is waited for'),
  onReconnect: word(['resend', 'drop'])
    .default('resend')
    .describe('resend: send unacknowledged commands again, and those that came due meanwhile; drop: neither'),
  beforeAuth: boolean()
    .default(false)
    .describe('with carrier message: send them on an open socket, although the token is not accepted yet'),
});

export type CommandPlan = ValueOf<typeof sentCommands>;

const commands = oneOf(words({ none: null }, 'or a mapping such as { rate: 0.2/s }'), sentCommands);

const heartbeat: Codec<HeartbeatBehaviour | null> = oneOf(
  words({ none: null }, 'or a mapping such as { every: 10s }'),
  object({
    every: duration({ zero: false }).as('everyMs').describe('how often a ready client pings'),
    timeout: duration({ zero: false })
      .as('timeoutMs')
      .default('5s')
      .describe('nothing at all heard for so long after a ping: the connection is given up'),
    answered: boolean()
      .default(true)
      .describe("false: pings have no answer, so that only the server's own pings show that it is alive"),
  }),
);

/** Delays before channels are joined again on a connection that stays open: of the protocol's library, others, or none. */
const rejoin: Codec<NamedBackoff | 'protocol' | null> = oneOf(
  words({ protocol: 'protocol', never: null }, "or a backoff, such as { delays: [1s, 2s, 5s, 10s], growth: 'table' }"),
  // A preset's limit on an attempt has no part in joins.
  backoff.map(
    (read): NamedBackoff => ({ ...read, connectTimeoutMs: null }),
    (written) => written,
  ),
);

/** Limits of loops; the defaults exceed what the backoffs of client libraries and refreshes do in an outage. */
const loop: Codec<LoopLimit> = object({
  rounds: count({ min: 1, max: MAX_ROUNDS })
    .default(15)
    .describe('reconnects, or token requests, of one client: more are a loop'),
  within: duration({ zero: false }).as('withinMs').default('30s').describe('in any stretch of this length'),
});

const arrivalProcess = word(['even', 'poisson'])
  .default('even')
  .describe('even: at equal distances; poisson: at random distances, as independent users come');

/**
 * Distances between the first attempts of clients. `even`: all equal; `poisson`: independent and exponentially
 * distributed, with the same mean.
 */
const arrive = oneOf(
  variant(
    { by: 'over' },
    {
      over: duration({ maxMs: MAX_RUN_MS }).as('overMs').describe('first attempts are spread over this time'),
      process: arrivalProcess,
    },
  ),
  variant(
    { by: 'rate' },
    {
      rate: rate().as('perSecond').describe('first attempts of all clients together; they last until all have come'),
      process: arrivalProcess,
    },
  ),
);

/** Time from the dial to ready, for client libraries without one of their own. */
const CONNECT_TIMEOUT = '20s';

const clientKeys = object({
  count: count({ min: 1, max: MAX_CLIENTS }).describe('how many'),
  perUser: count({ min: 1, max: MAX_DEVICES }).default(1).describe('devices that share one account'),
  arrive: arrive.default({ over: '10s' }).describe('how the clients come: in which time, or at which rate'),
  library: word(LIBRARY_NAMES)
    .orNull()
    .describe(
      'the client library that clients behave as: backoff, what is final, time-out of attempts, pings, refreshes and protocol, each unless written otherwise',
    ),
  backoff: backoff.default({}).describe('when to connect again: a client library, or its parameters spelled out'),
  closeCodes: closeCodes
    .optional()
    .describe('what to do by close code, HTTP status or network failure; before what the library does'),
  connectTimeout: duration({ zero: false })
    .as('connectTimeoutMs')
    .optional(CONNECT_TIMEOUT)
    .describe('from the dial to ready; a preset has its own'),
  clockSkew: clockSkew.default('0s').describe("the clients' clocks minus true time"),
  commands: commands.default('none').describe('messages whose effect should happen exactly once'),
  heartbeat: heartbeat
    .optional('none')
    .describe("pings, by which clients find out that a connection is dead; default: those of the protocol's clients"),
  rejoin: rejoin
    .default('protocol')
    .describe(
      "when to join channels again on a connection that stays open, after a refusal or a lost channel; protocol: as the protocol's library does; never: such a connection is given up",
    ),
  joinTimeout: duration({ zero: false })
    .as('joinTimeoutMs')
    .orNull()
    .describe("limit on a join, where joins are tried again; default: that of the protocol's library, or 10s"),
  loop: loop.default({}).describe('when a client counts as going round in a loop'),
});

type ClientKeys = ValueOf<typeof clientKeys>;

type WrittenClients = Flat<
  Omit<ClientKeys, 'backoff' | 'closeCodes' | 'connectTimeoutMs'> & {
    /** the preset's name, or `custom` */
    backoffName: string;
    backoff: BackoffPolicy;
    connectTimeoutMs: number;
  }
>;

export type ClientPlan = Flat<Omit<WrittenClients, 'heartbeat'> & { heartbeat: HeartbeatBehaviour | null }>;

export const clients = clientKeys.map<WrittenClients>(
  ({ backoff: { name: backoffName, policy, connectTimeoutMs: ownMs }, closeCodes: overrides = [], ...keys }) => ({
    ...keys,
    backoffName,
    backoff: { ...policy, rules: putInFront(overrides, policy.rules) },
    connectTimeoutMs: keys.connectTimeoutMs ?? ownMs ?? duration().parse(CONNECT_TIMEOUT),
  }),
  ({ backoffName: name, backoff: policy, ...keys }) => ({ ...keys, backoff: { name, policy, connectTimeoutMs: null } }),
);
