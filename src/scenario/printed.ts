import { partMs, type LifetimePart } from '../core/policy/refresh.ts';
import type { Carrier } from '../core/token/carrier.ts';
import type { ArrivalPlan, ClientPlan, ClockSkew, Scenario, ThresholdPlan, TokenPlan } from './scenario.ts';
import { printBackoff } from './printed-backoff.ts';
import { printFault } from './schema/faults/index.ts';
import { printModel } from './printed-model.ts';
import { printDuration } from '../core/units/duration.ts';
import { printRate } from '../core/units/rate.ts';
import { printShare } from '../core/units/share.ts';
import { unlimitedOr } from './units/unlimited.ts';

/** A scenario spelled as in a file, everything written out: plain data that YAML can hold. */
export type Printed = Readonly<Record<string, unknown>>;

/** The inverse of the validator: what it returns validates to an equal scenario. */
export function printed(scenario: Scenario): Printed {
  const { name, description, seed, durationMs, target, tokens, clients, faults, thresholds, generator, model, expect } =
    scenario;
  return {
    name,
    description,
    seed,
    duration: printDuration(durationMs),
    target: printTarget(target),
    tokens: printTokens(tokens),
    clients: printClients(clients),
    faults: faults.map(printFault),
    thresholds: thresholds.map(printThreshold),
    generator: {
      workers: generator.workers === 0 ? 'auto' : generator.workers,
      maxLateness: printDuration(generator.maxLatenessP99Ms),
      giveUpAfter: generator.giveUpAfterMs === Infinity ? 'never' : printDuration(generator.giveUpAfterMs),
    },
    model: printModel(model),
    ...(expect === null ? {} : { expect }),
  };
}

function printThreshold({ graceMs, baseline, ...rest }: ThresholdPlan): Printed {
  const kept = baseline && { ...baseline, tolerance: printShare(baseline.tolerance) };
  return { ...rest, grace: printDuration(graceMs), ...(kept && { baseline: kept }) };
}

function printTarget(target: Scenario['target']): Printed {
  if (target.kind === 'url') {
    const { url, allow, maxAttemptsPerSecond, messages } = target;
    return { url, allow, rate: printRate(maxAttemptsPerSecond), messages };
  }
  const { kind: _, capacity, onExpiry, ackDelayMs, revocation, ...rest } = target;
  return {
    embedded: {
      capacity: {
        handshakes: unlimitedOr(capacity.handshakesPerSecond, printRate),
        queue: unlimitedOr(capacity.queue, Number),
        refreshes: unlimitedOr(capacity.refreshesPerSecond, printRate),
        refreshQueue: unlimitedOr(capacity.refreshQueue, Number),
      },
      onExpiry: onExpiry.kind === 'notify' ? { notify: printDuration(onExpiry.graceMs) } : onExpiry.kind,
      ...rest,
      revocation: revocation.kind === 'poll' ? { poll: printDuration(revocation.everyMs) } : revocation.kind,
      ackDelay: printDuration(ackDelayMs),
    },
  };
}

function printTokens({ lifetimeMs, carrier, keyFile, refresh, ...rest }: TokenPlan): Printed {
  const { lead, jitter, timeoutMs, retry, url, tokensFile, ...plain } = refresh;
  return {
    lifetime: printDuration(lifetimeMs),
    ...rest,
    carrier: printCarrier(carrier),
    ...(keyFile === null ? {} : { keyFile }),
    refresh: {
      lead: printPart(lead),
      jitter: partMs(jitter, 1) === 0 ? 'none' : { uniform: printPart(jitter) },
      timeout: printDuration(timeoutMs),
      retry: printBackoff(retry),
      ...plain,
      ...(url === null ? {} : { url }),
      ...(tokensFile === null ? {} : { tokensFile }),
    },
  };
}

function printPart(part: LifetimePart): string {
  return 'ms' in part ? printDuration(part.ms) : printShare(part.fraction);
}

function printCarrier(carrier: Carrier): unknown {
  switch (carrier.kind) {
    case 'header':
    case 'message':
      return carrier.kind;
    case 'query':
      return { query: carrier.name };
    case 'cookie':
      return { cookie: carrier.name };
    case 'subprotocol':
      return { subprotocol: { protocol: carrier.protocol, prefix: carrier.prefix } };
  }
}

function printClients({
  count,
  perUser,
  arrive,
  backoffName,
  backoff,
  connectTimeoutMs,
  clockSkew,
  commands,
  heartbeat,
  loop,
}: ClientPlan): Printed {
  return {
    count,
    perUser,
    arrive: printArrive(arrive),
    // The name alone would mean something else once squall's preset follows a new version of its library.
    backoff: { ...(backoffName === 'custom' ? {} : { preset: backoffName }), ...printBackoff(backoff) },
    connectTimeout: printDuration(connectTimeoutMs),
    clockSkew: printSkew(clockSkew),
    commands: printCommands(commands),
    heartbeat: printHeartbeat(heartbeat),
    loop: { rounds: loop.rounds, within: printDuration(loop.withinMs) },
  };
}

function printArrive(arrive: ArrivalPlan): Printed {
  const { process } = arrive;
  return arrive.by === 'over'
    ? { over: printDuration(arrive.overMs), process }
    : { rate: printRate(arrive.perSecond), process };
}

function printCommands(commands: ClientPlan['commands']): unknown {
  if (commands === null) return 'none';
  const { perSecond, ackTimeoutMs, ...rest } = commands;
  return { rate: printRate(perSecond), ackTimeout: printDuration(ackTimeoutMs), ...rest };
}

function printHeartbeat(heartbeat: ClientPlan['heartbeat']): unknown {
  if (heartbeat === null) return 'none';
  return { every: printDuration(heartbeat.everyMs), timeout: printDuration(heartbeat.timeoutMs) };
}

function printSkew(skew: ClockSkew): unknown {
  switch (skew.kind) {
    case 'fixed':
      return printDuration(skew.offsetMs);
    case 'normal':
      return { normal: printDuration(skew.sdMs) };
    case 'uniform':
      return { uniform: [printDuration(skew.minMs), printDuration(skew.maxMs)] };
  }
}
