import { appendFileSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { destroyTimings } from '../metrics/timings.ts';
import { join } from 'node:path';
import { SHARD_WARNING, type IntegrityIssue, type RunEvent } from '../metrics/run.ts';
import { addSightings, type Sighting } from '../metrics/sighting.ts';
import { addLines } from './add-lines.ts';
import { differences, fieldsOf, listed, type Fields } from './differences.ts';
import { FILES } from './files.ts';
import { FolderError } from './folder-error.ts';
import { FORMAT } from './stamp.ts';
import { hlogHeader, isHlogRemark, parseHlogLine } from './hlog.ts';
import { withCurrentNames } from './older-formats.ts';
import { predictionText } from './prediction.ts';
import { readFolder, type FolderContent } from './read-folder.ts';
import { readBytes, readLines, readText } from './read-text.ts';
import { readTimelineLines } from './read-timeline.ts';
import type { Summary } from './summary.ts';
import { printTimelineLine, type TimelineHeader, type TimelineLine } from './timeline.ts';
import { timelineHeader } from './timeline-lines.ts';

/** A command's effect in the gateway's record: see metrics/journal.ts. */
const EFFECT_BYTES = 8;
/** Longest time by which the ends of one run's shards lie apart, ms. */
const EARLY_MS = 1000;

interface Merged {
  /** how each shard ended */
  readonly ends: readonly Summary['ended'][];
  /** answers and messages of the target that clients could not use */
  readonly seen: readonly Sighting[];
  /** problems that do not affect the verdict, in words */
  readonly warnings: readonly string[];
  /** integrity issues of all shards */
  readonly integrity: readonly IntegrityIssue[];
}

interface ShardFolder {
  readonly dir: string;
  readonly content: FolderContent;
  readonly header: TimelineHeader;
  readonly lines: readonly [TimelineLine, ...TimelineLine[]];
}

/**
 * Merges the folders of all shards of one run into a new folder, as if one process had run all clients. Totals and
 * curves are added second by second; histograms are concatenated, so that readers add them; effects and events are
 * joined. Times count from each shard's start. The caller evaluates the run and writes the summary. Token fingerprints
 * stay with the shards, since each shard has its own key for them.
 *
 * @throws {FolderError} when the folders are not all the shards of one run
 */
export function mergeFolders(dirs: readonly string[], out: string): Merged {
  const shards = dirs.map(readShard);
  for (const { content } of shards) destroyTimings(content.measurements.timings);
  checkShards(shards);
  makeEmpty(out);
  const [first, ...others] = shards;
  if (first === undefined) throw new RangeError('mergeFolders: no folder given');
  const startedAt = shards.map(({ header }) => header.startedAt).toSorted()[0] ?? first.header.startedAt;
  const file = (name: keyof typeof FILES): string => join(out, FILES[name]);
  const apart = startsApart([first, ...others]);
  writeFileSync(file('scenario'), scenarioText(first));
  writeFileSync(file('histograms'), histogramText(shards, new Date(startedAt)));
  writeFileSync(file('events'), eventText(shards, apart));
  for (const { dir } of shards) appendEffects(dir, file('effects'));
  const { prediction } = first.content;
  if (prediction !== null) writeFileSync(file('prediction'), predictionText(prediction));
  const lines = [
    timelineHeader(first.header.world, startedAt, first.header.recorded),
    ...mergedLines(shards).map(printTimelineLine),
  ];
  writeFileSync(file('timeline'), `${lines.join('\n')}\n`);
  return {
    ends: shards.map(({ content }) => content.summary?.ended ?? 'cut-off'),
    seen: addSightings(shards.map(({ content }) => content.summary?.seen ?? [])),
    warnings: [...shorterThanOthers(shards), ...shards.flatMap(ownWarnings)],
    integrity: [...apart, ...shards.flatMap(ownIssues).toSorted((a, b) => a.atMs - b.atMs)],
  };
}

function readShard(dir: string): ShardFolder {
  const content = readFolder(dir);
  const { header, lines } = readTimelineLines(dir, []);
  const [first, ...rest] = lines;
  if (first === undefined) throw new FolderError(`${dir} holds no whole second of a run: leave it out`);
  return { dir, content, header, lines: [first, ...rest] };
}

/** The scenario in the names of the current format, which the merged folder has. */
function scenarioText({ dir, header }: ShardFolder): string {
  const text = readText(dir, 'scenario') ?? '';
  return header.format < FORMAT ? withCurrentNames(text) : text;
}

/** @throws {FolderError} */
function checkShards(shards: readonly ShardFolder[]): void {
  const [first, ...rest] = shards;
  if (first === undefined) return;
  const places = shards.map(({ dir }) => realpathSync(dir));
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined) throw new FolderError(`${twice} is named twice: name each shard once`);
  for (const shard of rest) {
    const others = differences(identityOf(shard), identityOf(first));
    if (others.length > 0) throw new FolderError(`${shard.dir} is of another run than ${first.dir}: ${listed(others)}`);
  }
  const held = shards.reduce((sum, { lines }) => sum + lastOf(lines).planned, 0);
  const planned = first.content.scenario.clients.count;
  if (held !== planned) {
    const why = held < planned ? 'name the folders of all shards' : 'these are whole runs, or one shard is there twice';
    throw new FolderError(`these folders hold ${held} clients, and the scenario has ${planned}: ${why}`);
  }
}

function identityOf({ content: { scenario }, header }: ShardFolder): Fields {
  return {
    'squall version': header.version,
    world: header.world,
    seed: String(scenario.seed),
    ...fieldsOf(scenario),
    thresholds: JSON.stringify(scenario.thresholds),
  };
}

/** @throws {FolderError} when the folder exists and is not empty */
function makeEmpty(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
    if (readdirSync(dir).length === 0) return;
  } catch (error) {
    throw FolderError.unwritable(dir, error);
  }
  throw new FolderError(`${dir} holds something already: name a new folder`);
}

/** Merged lines of the timeline; a shard that ended early keeps its last totals. */
function mergedLines(shards: readonly ShardFolder[]): readonly TimelineLine[] {
  const length = Math.max(...shards.map(({ lines }) => lines.length));
  return Array.from({ length }, (_, index) => {
    const [first, ...rest] = shards.map(({ lines }) => lines[index] ?? lastOf(lines));
    const fresh = shards.flatMap(({ lines }) => lines[index] ?? []);
    return addLines([first!, ...rest], fresh);
  });
}

/** All intervals of all shards, sorted by start. */
function histogramText(shards: readonly ShardFolder[], startedAt: Date): string {
  const entries = shards.flatMap(({ dir, lines }) => {
    const vouchedToMs = lastOf(lines).endMs + 1;
    return readLines(dir, 'histograms', [])
      .filter((line) => !isHlogRemark(line))
      .map((line) => ({ line, entry: parseHlogLine(line) }))
      .flatMap(({ line, entry }) =>
        entry === null || entry.startMs + entry.lengthMs > vouchedToMs ? [] : [{ line, startMs: entry.startMs }],
      );
  });
  const sorted = entries.toSorted((a, b) => a.startMs - b.startMs).map(({ line }) => line);
  return `${[...hlogHeader(startedAt), ...sorted].join('\n')}\n`;
}

function eventText(shards: readonly ShardFolder[], apart: readonly IntegrityIssue[]): string {
  const events = shards.flatMap(({ content }, index) =>
    [...content.events, ...damageOf(content).map(asEvent)].map((event) => ({
      ...event,
      message: `shard ${index + 1}: ${event.message}`,
    })),
  );
  return [...apart.map(asEvent), ...events]
    .toSorted((a, b) => a.atMs - b.atMs)
    .map((event) => `${JSON.stringify(event)}\n`)
    .join('');
}

/** Appends whole records only; a torn record was never acknowledged, and would shift all later ones. */
function appendEffects(dir: string, to: string): void {
  const bytes = readBytes(dir, 'effects');
  if (bytes !== null) appendFileSync(to, bytes.subarray(0, bytes.length - (bytes.length % EFFECT_BYTES)));
}

/** Warnings of shards that are known for a shorter time than the others, by more than `EARLY_MS`: their last totals stand. */
function shorterThanOthers(shards: readonly ShardFolder[]): readonly string[] {
  const ends = shards.map(({ content }) => content.measurements.elapsedMs);
  const last = Math.max(...ends);
  return ends.flatMap((endMs, index) => {
    if (last - endMs <= EARLY_MS) return [];
    const { planned } = lastOf(shards[index]!.lines);
    return (
      `shard ${index + 1} is known until ${(endMs / 1000).toFixed(1)} s, and another until ${(last / 1000).toFixed(1)} s: ` +
      `the figures hold its ${planned} clients as they were then, and nothing of what they did later`
    );
  });
}

function ownWarnings({ content }: ShardFolder, index: number): readonly string[] {
  const all = [...content.warnings, ...(content.summary?.warnings ?? [])].filter(
    (warning) => !warning.startsWith(SHARD_WARNING) && !content.damage.includes(warning),
  );
  return all.map((warning) => `shard ${index + 1}: ${warning}`);
}

function ownIssues({ content }: ShardFolder, index: number): readonly IntegrityIssue[] {
  const issues = [...content.integrity, ...damageOf(content)];
  return issues.map((issue) => ({ ...issue, text: `shard ${index + 1}: ${issue.text}` }));
}

/**
 * Damage of a finished shard. Its lost measurements are missing in the merged run, so no threshold can be evaluated.
 */
function damageOf({ damage, measurements }: FolderContent): readonly IntegrityIssue[] {
  return damage.map((text) => ({ kind: 'results-incomplete', atMs: measurements.elapsedMs, text }));
}

function asEvent({ kind, atMs, text }: IntegrityIssue): RunEvent {
  return { kind: 'warning', atMs, message: text, issue: kind };
}

/**
 * The issue of shards that began further apart than squall may be late: the target met their loads one after the other, and
 * the merged curves show them at once.
 */
function startsApart(shards: readonly [ShardFolder, ...ShardFolder[]]): readonly IntegrityIssue[] {
  const starts = shards.map(({ header }) => Date.parse(header.startedAt));
  const apartMs = Math.max(...starts) - Math.min(...starts);
  const limitMs = shards[0].content.scenario.generator.maxLatenessP99Ms;
  if (apartMs <= limitMs) return [];
  const text =
    `the shards began up to ${(apartMs / 1000).toFixed(1)} s apart, where ${limitMs} ms is the limit (generator.maxLateness): ` +
    "curves are laid over each other by each one's own start, and the target never met them together; --start-at lets them begin together";
  return [{ kind: 'shards-apart', atMs: 0, text }];
}

function lastOf(lines: ShardFolder['lines']): TimelineLine {
  return lines.at(-1) ?? lines[0];
}
