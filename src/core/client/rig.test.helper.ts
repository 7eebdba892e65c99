import { COUNTS, TIMINGS } from '../metrics.ts';
import { Draws } from '../random/draws.ts';
import { EventQueue } from '../time/event-queue.ts';
import { mono, type MonoMs } from '../time/instant.ts';
import type { Advice } from '../policy/advice.ts';
import type { BackoffPolicy } from '../policy/backoff.ts';
import { PLAIN } from '../policy/usual.ts';
import { NETWORK } from '../signal.ts';
import { CONDITION } from './conditions.ts';
import { clientColumns } from './columns.ts';
import type { Behaviour, JoinBehaviour } from './behaviour.ts';
import { ALARM, ALARMS, slotOf, type ClientContext } from './context.ts';
import { Machine } from './machine.ts';
import type { Observer } from './observer.ts';
import type { Port } from './port.ts';
import { STATE_NAMES } from './states.ts';

/** Retries after exactly 100 ms, without a limit. */
export const PLAIN_BACKOFF: BackoffPolicy = { ...PLAIN, growth: { kind: 'fixed', delayMs: 100 } };

export const PLAIN_BEHAVIOUR: Behaviour = {
  backoff: PLAIN_BACKOFF,
  closeRules: [],
  refresh: {
    trigger: 'timer',
    lead: { ms: 200 },
    jitter: { ms: 0 },
    clock: 'exp',
    timeoutMs: 50,
    retry: PLAIN_BACKOFF,
    keepOld: true,
  },
  renewal: 'reconnect',
  firstMessage: false,
  join: null,
  connectTimeoutMs: 500,
  commands: null,
  heartbeat: null,
  heartbeatAnnounced: false,
  pingsAfterSilence: false,
  serverSilenceMs: 0,
  loop: { rounds: 1e6, withinMs: 1000 },
};

/** Joins that are tried again after exactly 100 ms, each with the token in hand, within 50 ms. */
export const PLAIN_JOIN: JoinBehaviour = { timeoutMs: 50, rejoin: PLAIN_BACKOFF, presents: true };

/** The lifetime of tokens, ms; the first one is issued at 0. */
export const LIFETIME_MS = 1000;

/** A client (or a few) whose world is a log: requests and observations, in order. */
export class Rig {
  readonly context: ClientContext;
  readonly machine: Machine;
  readonly asked: string[] = [];
  readonly seen: string[] = [];
  /** `none to expired @100` */
  readonly conditions: string[] = [];
  now = mono(0);
  /** time after which a ping will be answered, ms */
  pongMs = Infinity;
  /** whether another device has made each request */
  sharesRequests = false;
  /** arrival of the server's latest ping, as far as the world knows it */
  pingedAt = 0;

  constructor(behaviour: Partial<Behaviour> = {}, clients = 1) {
    const port: Port = {
      dial: (c) => this.asked.push(`dial ${c}`),
      hangUp: (c) => this.asked.push(`hangUp ${c}`),
      authenticate: (c) => this.asked.push(`authenticate ${c}`),
      join: (c) => this.asked.push(`join ${c}`),
      requestToken: (c, first) =>
        this.asked.push(`requestToken ${c}${first ? ' first' : ''}`) > 0 && !this.sharesRequests,
      abandonToken: (c) => this.asked.push(`abandonToken ${c}`),
      send: (c, seq, again) => this.asked.push(`send ${c} ${seq}${again ? ' again' : ''}`),
      ping: (c) => {
        this.asked.push(`ping ${c}`);
        return mono(this.now + this.pongMs);
      },
      lastPing: () => mono(this.pingedAt),
    };
    this.context = {
      columns: clientColumns(clients),
      behaviour: { ...PLAIN_BEHAVIOUR, ...behaviour },
      port,
      queue: new EventQueue(clients * ALARMS),
      observer: logging(this.seen, this.conditions),
      draws: new Draws(7),
      shard: 0,
      shards: 1,
      planned: clients,
      arriveOverMs: 0,
      arrivals: null,
    };
    this.machine = new Machine(this.context);
    for (let c = 0; c < clients; c++) this.machine.prepare(c, 0, mono(0), mono(LIFETIME_MS));
  }

  state(client = 0): string {
    return STATE_NAMES[this.machine.state(client)];
  }

  /** Rings every alarm that is due up to `at`, each at its instant. */
  until(at: number): this {
    const { queue } = this.context;
    for (let dueAt = queue.nextAt(); dueAt <= at; dueAt = queue.nextAt()) {
      this.now = mono(dueAt);
      this.machine.ring(queue.pop(), this.now, this.now);
    }
    this.now = mono(at);
    return this;
  }

  /** Clears the log. */
  fresh(): this {
    this.asked.length = 0;
    this.seen.length = 0;
    return this;
  }

  /** Arrives and becomes ready at 0. */
  ready(client = 0): this {
    this.until(0);
    this.machine.onOpen(client, this.now);
    const { firstMessage, join } = this.context.behaviour;
    if (firstMessage && join !== null) this.machine.onAuthenticated(client, this.now);
    if (firstMessage || join !== null) this.machine.onReady(client, this.now);
    return this;
  }

  /** A token that was issued now. */
  token(client = 0, lifetimeMs = LIFETIME_MS): this {
    this.machine.onToken(client, this.now, mono(this.now + lifetimeMs), this.now);
    return this;
  }

  close(signal: number, client = 0): this {
    this.machine.onClosed(client, signal, null, this.now);
    return this;
  }

  channelLost(advice: Advice | null, client = 0): this {
    this.machine.onChannelLost(client, NETWORK.channelLost, advice, this.now);
    return this;
  }

  ringNow(alarm: keyof typeof ALARM, client = 0): this {
    const slot = slotOf(client, ALARM[alarm]);
    this.context.queue.clear(slot);
    this.machine.ring(slot, this.now, this.now);
    return this;
  }
}

const CONDITION_NAMES = Object.keys(CONDITION);

function when(now: MonoMs): string {
  return `@${now}`;
}

/** Logs every observation except the moves between states, in words; conditions go to a log of their own. */
function logging(seen: string[], conditions: string[]): Observer {
  return {
    moved: () => {},
    condition: (from, to, now) => conditions.push(`${CONDITION_NAMES[from]} to ${CONDITION_NAMES[to]} ${when(now)}`),
    attempt: (now, intended, first) => seen.push(`attempt ${when(now)} meant @${intended}${first ? ' first' : ''}`),
    attemptFailed: (now, signal) => seen.push(`attempt failed ${when(now)} ${signal}`),
    ready: (now, intended, lostAt) => seen.push(`ready ${when(now)} meant @${intended} lost @${lostAt}`),
    join: (now, intended) => seen.push(`join ${when(now)} meant @${intended}`),
    joined: (now, intended) => seen.push(`joined ${when(now)} meant @${intended}`),
    rejoined: (now, lostAt) => seen.push(`rejoined ${when(now)} lost @${lostAt}`),
    lost: (now, signal, expired) => seen.push(`lost ${when(now)} ${signal}${expired ? ' expired' : ''}`),
    stopped: (now, reason) => seen.push(`stopped ${when(now)} ${reason}`),
    notBack: (now, lostAt) => seen.push(`not back ${when(now)} lost @${lostAt}`),
    refresh: (now, intended) => seen.push(`refresh ${when(now)} meant @${intended}`),
    refreshed: (now, intended) => seen.push(`refreshed ${when(now)} meant @${intended}`),
    refreshFailed: (now, signal) => seen.push(`refresh failed ${when(now)} ${signal}`),
    happened: () => {},
    count: (count, n) => seen.push(`${COUNTS[count]} ${n}`),
    timed: (timing, ms) => seen.push(`${TIMINGS[timing]} ${ms}`),
    failed: (timing) => seen.push(`${TIMINGS[timing]} failed`),
    unfinished: (timing, ms) => seen.push(`${TIMINGS[timing]} unfinished ${ms}`),
    sent: (c, seq, now, again) => seen.push(`sent ${c}-${seq} ${when(now)}${again ? ' again' : ''}`),
    acknowledged: (c, seq, now) => seen.push(`acknowledged ${c}-${seq} ${when(now)}`),
    gaveUp: (c, seq, now, reason) => seen.push(`gave up ${c}-${seq} ${when(now)} ${reason}`),
    skipped: (now, reason) => seen.push(`skipped ${when(now)} ${reason}`),
    unexpectedEvent: (now, state) => seen.push(`unexpected ${when(now)} in ${STATE_NAMES[state]}`),
  };
}
