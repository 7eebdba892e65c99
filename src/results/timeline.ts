import { FAULT_KINDS, MISSES } from '../core/fault/fault.ts';
import { z } from 'zod';
import { MAX_BINS } from '../metrics/curves.ts';
import { COUNTS, REPORTED, SERIES, TIMINGS } from '../core/metrics.ts';
import { FILES } from './files.ts';
import { parserOf, foreignJson } from './foreign.ts';
import { stampSchema } from './format.ts';
import { named, someNamed } from './named.ts';
import { RECORDED_AT_FIRST } from './older-formats.ts';

/**
 * The lines of timeline.ndjson. The first is a header; each of the others closes a second of the run (more in a simulation of over an hour), and holds the
 * totals so far (so the last whole line tells how far the run came) and what the curves gained since the line before
 * (so all lines together rebuild them exactly).
 */
const count = z.number();
const counts = z.record(z.string(), count);
/** JSON has no NaN; a figure without data is written as null. */
const figure = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

export const faultOutcomeSchema = z.object({
  kind: z.enum(FAULT_KINDS),
  label: z.string(),
  atMs: z.number(),
  forMs: z.number(),
  everyMs: z.number().nullable(),
  times: count,
  atLeast: z.number(),
  injected: z.boolean(),
  /** absent where a version did not record it: then nothing bounds what misses could have changed */
  hitsOneClient: z.boolean().default(false),
  planned: count,
  hit: count,
  missed: someNamed(MISSES, count),
});

/** The fields of a generator's health, with the codec of its figures. */
export const generatorFields = <Codec extends z.ZodType>(codec: Codec) => ({
  workers: count,
  latenessP99Ms: codec,
  loopDelayP99Ms: codec,
  cpuSeconds: codec,
  rssBytes: codec,
  droppedStarts: count,
  saturated: z.boolean(),
  reasons: z.array(z.string()),
  /** absent where a version did not measure it */
  targetStarved: z.number().min(0).default(0),
  /** formats 1 to 4 did not know how late each event was */
  unbounded: z.boolean().default(true),
});

/** The fields of LedgerTotals. */
export const ledgerFields = {
  due: count,
  skipped: count,
  waiting: count,
  sent: count,
  acknowledged: count,
  lost: count.nullable(),
  duplicated: count.nullable(),
  unexpected: count.nullable(),
  inFlight: count,
  /** absent where a version did not know of unknown clients */
  unknown: count.default(0),
  gaveUp: count,
  duplicatedBy: z.object({ resend: count, other: count }).nullable(),
};

const headerSchema = z.object({
  ...stampSchema,
  world: z.enum(['live', 'sim']),
  startedAt: z.iso.datetime(),
  /** the curves and timings that the version knew: of the others nothing is known, and they are not 0 */
  recorded: z.array(z.string()).default([...RECORDED_AT_FIRST]),
});

const lineSchema = z.object({
  startMs: z.number(),
  endMs: z.number(),
  elapsedMs: z.number(),
  planned: count,
  counts: named(COUNTS, figure, Number.NaN),
  failures: someNamed(TIMINGS, counts),
  losses: counts,
  ledger: z.object(ledgerFields),
  targetReported: named(REPORTED, count),
  faults: z.array(faultOutcomeSchema),
  generator: z.object(generatorFields(figure)),
  /** how many bins each curve has */
  bins: z.int().min(1).max(MAX_BINS),
  /** by series, pairs [bin, change] */
  changes: someNamed(SERIES, z.array(z.tuple([z.int(), z.int()]))),
  /** the same of the shifts; null: nothing is ever late in virtual time, or the version did not know */
  shifts: someNamed(SERIES, z.array(z.tuple([z.int(), z.int()])))
    .nullable()
    .default(null),
});

export type TimelineHeader = z.infer<typeof headerSchema>;
export type TimelineLine = z.infer<typeof lineSchema>;

/** A line made of others. */
export function printTimelineLine(line: TimelineLine): string {
  return JSON.stringify(line);
}

/** Parses the first line of the timeline. */
export const parseTimelineHeader = parserOf(headerSchema, FILES.timeline);

/**
 * @param format of the header
 * @returns null for a line that is damaged
 */
export function parseTimelineLine(line: string, format?: number): TimelineLine | null {
  return foreignJson(lineSchema, line, format);
}
