import { z } from 'zod';
import { CONDITION_NAMES } from '../metrics/conditions.ts';
import { ISSUE_KINDS } from '../metrics/run.ts';
import { COUNTS, REPORTED, TIMINGS } from '../core/metrics.ts';
import { FIGURE_NAMES } from '../storm/figures.ts';
import { evaluationSchema } from './evaluation-schema.ts';
import { faultOutcomeSchema, generatorFields, ledgerFields } from './timeline.ts';
import { parserOf } from './foreign.ts';
import { stampSchema } from './format.ts';
import { named } from './named.ts';
import { FILES } from './files.ts';

/** What summary.json holds and `squall run --json` prints: all results of a run. */
const count = z.number().min(0);
const counts = z.record(z.string(), count);
/** null where nothing was recorded or the value cannot be known */
const figure = z.number().nullable();

/** `never`: this share of all attempts includes failures */
const ranked = z.union([z.number(), z.literal('never')]).nullable();

const quantiles = {
  p50Ms: figure,
  p90Ms: figure,
  p99Ms: figure,
  p999Ms: figure,
  maxMs: figure,
  /** of all that was tried, failures behind the rest: what thresholds look at */
  all: z.object({ p50Ms: ranked, p90Ms: ranked, p99Ms: ranked, p999Ms: ranked, maxMs: ranked }),
};

const timing = z.object({
  /** successes, of which p50Ms to maxMs are */
  count,
  failures: counts,
  /** under way when the run ended */
  unfinished: count,
  ...quantiles,
  /** the same without squall's own lateness; null: that was not recorded */
  intended: z.object(quantiles).nullable().default(null),
});

/** null: that share of its losses was not made good */
const times = { t50Ms: figure, t95Ms: figure, t99Ms: figure, t100Ms: figure };

const storm = z.object({
  kind: z.enum(['reconnect', 'outage', 'refresh']),
  startMs: z.number(),
  endMs: z.number(),
  ended: z.boolean(),
  peakAtMs: z.number(),
  peakPerSecond: z.number(),
  calmPerSecond: figure,
  /** null without a calm rate above 0 */
  spikeFactor: figure,
  /** without squall's own lateness; null: that is not known */
  intended: z
    .object({
      peakAtMs: z.number(),
      peakPerSecond: z.number(),
      spikeFactor: figure,
      /** null: without the lateness there are other storms */
      times: z.object(times).nullable(),
    })
    .nullable()
    .default(null),
  /** since the storm's start */
  ...times,
  /** since each loss, the first lost being the first back */
  own: z.object({ ...times, watchedMs: z.number() }),
  lost: count,
  /** missing in a summary of before; null: not recorded */
  renewals: figure.default(null),
  recovered: count,
  /** clients that were out when the next storm began or the run ended */
  notBack: count,
  /** clients that were out when they became unknown; neither back nor among `notBack` */
  unknown: count.default(0),
  neverReady: count,
  /** clients whose latest token request had failed by then */
  failing: count,
  attemptsPerRecovery: figure,
  /** missing in a summary from before joins were known */
  sockets: z
    .object({ ...times, watchedMs: z.number() })
    .nullable()
    .default(null),
  outlivedCause: z.boolean(),
  selfSustaining: z
    .object({
      afterMs: z.number(),
      after: z.enum(['fault', 'losses', 'due']),
      attemptsPerSecond: z.number(),
      capacityPerSecond: figure,
      drainsBelow: figure,
    })
    .nullable(),
});

/** null for a run without --predict */
const prediction = z
  .object({
    figures: z.array(
      z.object({
        name: z.enum(FIGURE_NAMES),
        unit: z.string(),
        predicted: figure,
        measured: figure,
        /** of the measured value, positive if predicted too high; null when either is unknown */
        errorPercent: figure,
      }),
    ),
  })
  .nullable();

const summarySchema = z.object({
  ...stampSchema,
  scenario: z.string(),
  scenarioDescription: z.string(),
  seed: z.number(),
  world: z.enum(['live', 'sim']),
  /** ISO 8601, UTC */
  startedAt: z.string(),
  /** how long it ran, from the first client's start */
  durationMs: z.number(),
  /** `cut-off`: squall was killed; the figures go up to the last whole second that it wrote */
  ended: z.enum(['completed', 'interrupted', 'aborted', 'cut-off']),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  reasons: z.array(z.string()),
  /** sentences that limit what the verdict shows, without changing it */
  notes: z.array(z.string()),
  warnings: z.array(z.string()),
  /** issues that make the run inconclusive under any thresholds; each is among the reasons, too */
  integrity: z.array(z.object({ kind: z.enum(ISSUE_KINDS), atMs: z.number(), text: z.string() })),
  clients: z.object({
    planned: count,
    started: figure,
    readyAtEnd: count,
    notBack: count,
    neverReady: count,
    stopped: count,
    /** clients of lost shards, of whose state at the end nothing is known; in none of the four counts before this one */
    unknown: count.default(0),
    /** when they were last heard of */
    unknownSince: z.array(z.object({ sinceMs: z.number(), clients: count })).default([]),
    stoppedBy: z.record(z.string(), figure),
  }),
  /** null: not recorded */
  timings: named(TIMINGS, timing),
  attempts: z.object({
    total: count,
    failed: count,
    /** begun, and neither ready nor failed when the run ended */
    unanswered: count,
    peakPerSecond: count,
    peakAtMs: figure,
    /** the peak without squall's own lateness; null: that is not known */
    intended: z.object({ peakPerSecond: count, peakAtMs: figure }).nullable().default(null),
  }),
  /** ready connections that ended, by how */
  losses: counts,
  storms: z.array(storm),
  prediction,
  refreshes: z.object({
    /** `minted`: squall signed every token itself; `none`: there were no tokens but the first; with both, no token endpoint was used */
    by: z.enum(['endpoint', 'minted', 'none']),
    total: count,
    /** by class: status, malformed, network, timeout, grant */
    failed: counts,
  }),
  /** due = sent + skipped + waiting; sent = acknowledged + lost + unexpected + inFlight where the target says */
  commands: z.object(ledgerFields),
  /** client-seconds not ready after having been ready */
  downtime: z.object({ clientSeconds: z.number() }),
  /** sums beside the curves; null: not recorded */
  counts: named(COUNTS, count),
  conditions: z.object({
    /** clients in each at once, at most */
    most: named(CONDITION_NAMES, count),
  }),
  /** what only the target can know; null where it does not say */
  targetReported: named(REPORTED, count),
  /** what the target answered or sent that clients could not use, the most frequent first; empty in a simulation */
  seen: z.array(
    z.object({ kind: z.enum(['end', 'frame', 'token', 'ticket', 'gone']), what: z.string(), text: z.string(), count }),
  ),
  faults: z.array(faultOutcomeSchema),
  thresholds: z.array(evaluationSchema),
  /** the verdict that the scenario expects; null where it expects none */
  expectation: z
    .object({
      verdict: z.enum(['pass', 'fail', 'inconclusive']),
      because: z.array(z.string()),
      /** null: the run was broken off, or the scenario expects it of the other world */
      met: z.boolean().nullable(),
    })
    .nullable(),
  generator: z.object(generatorFields(figure)),
});

export type Summary = Readonly<z.infer<typeof summarySchema>>;

/** Parses summary.json. */
export const parseSummary = parserOf(summarySchema, FILES.summary);
