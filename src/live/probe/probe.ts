import { setTimeout as sleep } from 'node:timers/promises';
import { ALARM, slotOf } from '../../core/client/context.ts';
import { isReady } from '../../core/client/states.ts';
import type { Contact } from '../../metrics/contact.ts';
import { Curves } from '../../metrics/curves.ts';
import { createStore } from '../../metrics/store.ts';
import { sharedNowMs } from '../../metrics/wall-clock.ts';
import { rowsOfShard } from '../../identity/users.ts';
import { logsIn } from '../../scenario/logs-in.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { type Consent, withConsentedModule } from '../network/consent.ts';
import { NO_EXTRAS, prepareRun } from '../run/setup.ts';
import { Shard } from '../shard/shard.ts';
import type { ShardTask } from '../shard/shard-messages.ts';
import { Dialogue } from './dialogue.ts';
import { Follower } from './follower.ts';
import { ProbeTaps } from './probe-taps.ts';
import { silences, stepsOf } from './steps.ts';

export interface ProbeOptions {
  /** number of the client in the population */
  readonly client: number;
  /** longest time of the probe, ms; a client for whom all works waits this long for a ping of the server */
  readonly forMs: number;
  /** whether the client renews its token once it is ready */
  readonly renew: boolean;
  /** whether the connection is cut once, to see the client come back */
  readonly reconnect: boolean;
  /** hosts that the command line allows */
  readonly consent: Consent;
  /** ends the probe early */
  readonly signal: AbortSignal;
}

/** Time from the start to the first dial, ms. */
const LEAD_MS = 20;
/** Time for messages that follow the last event that was waited for, ms. */
const SETTLE_MS = 150;
/** Commands of the client per second; only the first one is sent. */
const COMMANDS_PER_SECOND = 2;
/** Pings of the server after which its keep-alive counts as working: it has accepted the answer to the one before. */
const PINGS_ENOUGH = 2;

/**
 * Connects one client of a scenario and follows all that it says, hears and decides.
 *
 * @throws RunRefused when the target may not be addressed
 * @throws ScenarioError as a run does
 */
export async function probe(written: Scenario, options: ProbeOptions): Promise<Contact> {
  const { client, forMs, signal } = options;
  const plan = planOf(withConsentedModule(written, options.consent.exec), forMs);
  const setup = await prepareRun(plan, NO_EXTRAS, SILENT, options.consent);
  const { scenario, target, users, usersOut } = setup;
  const { port1, port2 } = new MessageChannel();
  try {
    const share = { shard: client, shards: scenario.clients.count };
    const task: ShardTask = {
      ...setup,
      ...share,
      store: createStore(Curves.binsFor(1000), false),
      users: users && rowsOfShard(users, { ...scenario.clients, ...share }, false),
      tokensFile: null,
      port: port1,
    };
    let changed: () => void = NOTHING;
    const follower = new Follower(new Dialogue(), () => changed());
    const taps = new ProbeTaps(follower);
    const shard = await Shard.prepare(task, taps);
    const over = new Promise<void>((resolve) => {
      const guide = new Guide(scenario, options, follower, taps);
      const look = (): void => {
        if (guide.isDone()) resolve();
      };
      // The machine tells its observer of a change before it has made it.
      changed = () => setImmediate(look);
    });
    await shard.go({ hrMs: sharedNowMs() + LEAD_MS, wallMs: Date.now() + LEAD_MS });
    const waiting = new AbortController();
    const longest = sleep(forMs, undefined, { signal: AbortSignal.any([signal, waiting.signal]) }).catch(() => {});
    await Promise.race([over, longest]);
    if (!signal.aborted && follower.ended === null) await sleep(SETTLE_MS);
    waiting.abort();
    changed = NOTHING;
    const clues = [...follower.clues, ...silences(follower, scenario)];
    const steps = stepsOf(follower, scenario, options);
    const { lines, more } = follower.dialogue;
    const contact = { client, lines: [...lines], more, steps, clues, ready: follower.timesReady > 0 };
    const { interval } = await shard.windDown();
    usersOut?.note(interval.renewed);
    usersOut?.write();
    return contact;
  } finally {
    port1.close();
    port2.close();
    await target?.stop();
  }
}

/** Does what the command line asks for, one after another, and knows when all has been seen. */
class Guide {
  readonly #scenario: Scenario;
  readonly #options: ProbeOptions;
  readonly #follower: Follower;
  readonly #taps: ProbeTaps;
  #isDropped = false;

  constructor(scenario: Scenario, options: ProbeOptions, follower: Follower, taps: ProbeTaps) {
    this.#scenario = scenario;
    this.#options = options;
    this.#follower = follower;
    this.#taps = taps;
  }

  isDone(): boolean {
    const follower = this.#follower;
    const { parts } = this.#taps;
    if (follower.ended !== null || (follower.timesReady === 0 && follower.token === 'failed')) return true;
    if (parts === null) return false;
    if (follower.command !== 'none') parts.queue.clear(slotOf(0, ALARM.command));
    if (!isReady(parts.machine.state(0))) return false;
    if (this.#scenario.clients.commands !== null && !isSettled(follower.command)) return false;
    if (this.#options.renew && !this.#hasRenewed()) return false;
    if (this.#options.reconnect && !this.#hasReconnected()) return false;
    // A message that nothing answers may be a ping.
    if (follower.clues.some(({ kind, stage }) => kind === 'frame' && stage === 'ready')) return false;
    return follower.serverPings >= PINGS_ENOUGH || (follower.clientPongs > 0 && this.#keepAliveIsOurs());
  }

  /** Whether the client sends the pings, as the scenario or the protocol has it. */
  #keepAliveIsOurs(): boolean {
    return this.#scenario.clients.heartbeat !== null;
  }

  #hasRenewed(): boolean {
    const follower = this.#follower;
    if (follower.renewal === 'none') {
      follower.renewal = 'asked';
      this.#act('renews its token, as --renew asks', (now) => this.#taps.parts?.machine.onNotice(0, 'refresh', now));
    }
    return follower.renewal === 'works' || follower.renewal === 'failed';
  }

  #hasReconnected(): boolean {
    const follower = this.#follower;
    if (!this.#isDropped) {
      this.#isDropped = true;
      follower.expectsEnd = true;
      follower.reconnect = 'asked';
      this.#act('cuts the connection, as --reconnect asks', () => this.#taps.parts?.sockets.drop(0, { kind: 'reset' }));
    }
    return follower.reconnect === 'works';
  }

  #act(what: string, act: (now: ReturnType<NonNullable<ProbeTaps['parts']>['clock']['now']>) => void): void {
    const { parts } = this.#taps;
    if (parts === null) return;
    this.#follower.decide(what);
    act(parts.clock.now());
    parts.nudge();
  }
}

function isSettled(command: Follower['command']): boolean {
  return command === 'works' || command === 'failed';
}

/** The scenario for one client that arrives at once, without faults. */
function planOf(scenario: Scenario, forMs: number): Scenario {
  const { clients, tokens } = scenario;
  const { commands } = clients;
  // Logins before a run are spread over all clients, and this one would wait for the others.
  const login = logsIn(tokens) ? ({ ...tokens.login, during: 'run' } as const) : tokens.login;
  return {
    ...scenario,
    durationMs: forMs + SETTLE_MS + LEAD_MS,
    faults: [],
    tokens: { ...tokens, issued: 'together', login },
    clients: {
      ...clients,
      arrive: { by: 'over', overMs: 0, process: 'even' },
      commands: commands && { ...commands, perSecond: Math.max(COMMANDS_PER_SECOND, commands.perSecond) },
    },
  };
}

const NOTHING = (): void => {};
const SILENT = { died: () => {}, journalBroken: () => {}, clock: () => {}, restarted: () => {}, counts: () => {} };
