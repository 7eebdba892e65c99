import { readFileSync } from 'node:fs';
import { Document, parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Measurements } from '../metrics/measurements.ts';
import type { WorldName } from '../metrics/run.ts';
import { differVisibly, durationsDiffer } from '../metrics/visible.ts';
import { deepFreeze } from '../scenario/freeze.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { printShare, readShare } from '../core/units/share.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { metricOf } from '../threshold/expression.ts';
import { metricValues } from '../threshold/metric-values.ts';
import { evidenceOf } from '../threshold/evidence.ts';
import type { Metric } from '../threshold/metric.ts';
import { BaselineError } from './baseline-error.ts';
import { differences, fieldsOf, listed, type Fields } from './differences.ts';
import { reasonOf } from './folder-error.ts';
import { formatOf, stampSchema } from './format.ts';
import { FORMAT, STAMP } from './stamp.ts';
import { toCurrentNames, withCurrentNames } from './older-formats.ts';
import { writeWhole } from './write-whole.ts';

/** Tolerance of each world. Simulations repeat exactly; live runs differ, most of all in their peaks. */
const TOLERANCE: Readonly<Record<WorldName, number>> = { live: 0.1, sim: 0 };

const HEAD = `# What one run came to, for thresholds such as \`peak(attempts) < 1.2x baseline\`: keep it beside the scenario.
# tolerance: by how much runs of the same setting differ anyway; limits are that much wider. It is yours to change.
# values: in ms, events a second, or plain numbers. All else says of which run they are; no other is held to them.
`;

const schema = z.object({
  ...stampSchema,
  world: z.enum(['live', 'sim']),
  seed: z.number(),
  tolerance: z.string(),
  values: z.record(z.string(), z.number()),
  /** see `fieldsOf` */
  scenario: z.record(z.string(), z.string()),
});

type Baseline = Readonly<z.infer<typeof schema>>;

/**
 * Saves the values of a run. Values that squall's own lateness has visibly changed are left out: a run on time would be held
 * against the generator's slowness.
 *
 * @returns the metrics that are left out, by their names in expressions
 * @throws {FolderError} when it cannot be written
 */
export function saveBaseline(
  file: string,
  scenario: Scenario,
  world: WorldName,
  measurements: Measurements,
): readonly string[] {
  const also = scenario.thresholds.map(({ parsed }) => ({ subject: parsed.subject, metric: metricOf(parsed) }));
  const { offered, intended } = evidenceOf(measurements, scenario);
  const values = metricValues(offered, also);
  const onTime = intended === null ? values : metricValues(intended, also);
  const isKept = (name: string, value: number): boolean =>
    name in onTime && !differs(metricOf({ subject: name }), value, onTime[name]!);
  const baseline: Baseline = {
    ...STAMP,
    world,
    seed: scenario.seed,
    tolerance: printShare(TOLERANCE[world]),
    values: Object.fromEntries(Object.entries(values).filter(([name, value]) => isKept(name, value))),
    scenario: fieldsOf(scenario),
  };
  writeWhole(file, HEAD + stringify(baseline, { lineWidth: 0, version: '1.2' }));
  return Object.keys(values).filter((name) => !(name in baseline.values));
}

function differs({ dimension }: Metric, offered: number, intended: number): boolean {
  return dimension === 'duration' ? durationsDiffer(offered, intended) : differVisibly(offered, intended);
}

/**
 * The scenario whose relative thresholds have their baseline values filled in.
 *
 * @throws {BaselineError} for a file that is no baseline, or has another scenario, seed or world
 * @throws {FolderError} for one of a newer format
 */
export function withBaseline(scenario: Scenario, world: WorldName, file: string): Scenario {
  const { baseline, tolerance } = readBaseline(file);
  const others = [
    ...differences({ world, seed: String(scenario.seed) }, { world: baseline.world, seed: String(baseline.seed) }),
    ...differences(fieldsOf(scenario), withDefaults(baseline.scenario, file)),
  ];
  if (others.length > 0) {
    throw new BaselineError(
      `${file} is the baseline of another run: ${listed(others)}. Save one of this run with --save-baseline`,
    );
  }
  const { values } = baseline;
  const thresholds = scenario.thresholds.map((plan) => {
    const { subject, limit } = plan.parsed;
    const value = Object.hasOwn(values, subject) ? values[subject] : undefined;
    return 'times' in limit && value !== undefined ? { ...plan, baseline: { value, tolerance } } : plan;
  });
  return deepFreeze({ ...scenario, thresholds });
}

function readBaseline(file: string): { baseline: Baseline; tolerance: number } {
  const { success, data, error } = schema.safeParse(inCurrentNames(file));
  if (!success) {
    const { path = [], message = '' } = error.issues[0] ?? {};
    const where = path.length === 0 ? '' : `${path.join('.')}: `;
    throw new BaselineError(
      `${file} is no baseline that this version of squall can read (${where}${message}): make one with --save-baseline`,
    );
  }
  const tolerance = readShare(data.tolerance, { zero: true });
  if (typeof tolerance === 'number') return { baseline: data, tolerance };
  throw new BaselineError(`${file}: tolerance: ${tolerance.message}`);
}

/** @throws {FolderError} for a newer format */
function inCurrentNames(file: string): unknown {
  const document = readYaml(file, (text) => text);
  if (formatOf(document, file) >= FORMAT) return document;
  const current = readYaml(file, withCurrentNames);
  toCurrentNames(current);
  return current;
}

/**
 * The fields of a baseline's scenario in this version; fields unknown to the version that wrote it have their defaults.
 */
function withDefaults(fields: Fields, file: string): Fields {
  try {
    return fieldsOf(parseScenario(scenarioText(fields), file));
  } catch {
    // A scenario that this version cannot read is compared as written.
    return fields;
  }
}

/** The scenario file text from the fields of `fieldsOf`. */
function scenarioText(fields: Fields): string {
  const document = new Document({});
  for (const [path, value] of Object.entries(fields)) {
    const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    document.setIn(keys, JSON.parse(value));
  }
  return String(document);
}

function readYaml(file: string, change: (text: string) => string): unknown {
  try {
    // Pretty errors would quote a file that may be the wrong one.
    return parse(change(readFileSync(file, 'utf8')), { prettyErrors: false });
  } catch (error) {
    throw new BaselineError(`cannot read the baseline ${file} (${reasonOf(error)}): name one of --save-baseline`, {
      cause: error,
    });
  }
}
