import type { Setting } from '../../results/seeds-plan.ts';
import { MAX_PROBLEMS_SHOWN } from '../../scenario/limits.ts';
import { ScenarioError, showPlace, showTyped, type Problem } from '../../scenario/problem.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { MAX_SIMULATIONS } from '../../sim/seeds.ts';
import { readScenario } from '../scenarios/scenarios.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** The option `--vary`. */
export const VARY_FLAG = {
  type: 'string',
  array: true,
  requiresArg: true,
  default: [] as string[],
  describe:
    'Simulate each of these values of a field: --vary tokens.refresh.jitter.uniform=0s,5s,30s (may be repeated: every combination)',
} as const;

interface SettingsOptions {
  readonly file: string;
  /** `path=value`, the same for every setting */
  readonly sets: readonly string[];
  /** files and folders allowed by --allow-file */
  readonly allowFiles?: readonly string[];
  /** whether the code of a protocol module may run */
  readonly allowExec?: boolean;
  /** `path=value,value…`, as typed */
  readonly varies: readonly string[];
  /** runs of each setting */
  readonly seeds: number;
  /** the option that gives that number */
  readonly seedsFlag?: '--seeds' | '--pairs';
}

type Settings = readonly [Setting, ...Setting[]];

/**
 * Every combination of the varied values, the last option varying fastest; without options, the unchanged scenario. All
 * are checked before the first is simulated.
 *
 * @throws {UsageError} for options that are malformed or contradict each other
 * @throws {ScenarioError} with all errors of all scenarios
 */
export function readSettings({
  file,
  sets,
  allowFiles = [],
  allowExec = false,
  varies,
  seeds,
  seedsFlag = '--seeds',
}: SettingsOptions): Settings {
  const axes = varies.map((each) => readVary(each, seedsFlag));
  axes.forEach((axis, index) => refuseClash(axis, sets, axes.slice(0, index)));
  refuseTooMany(axes, seeds, seedsFlag);
  const problems = new Map<string, Problem>();
  const settings: Setting[] = [];
  for (const choices of combinations(axes)) {
    const scenario = read({ file, sets, allowFiles, allowExec }, choices, problems);
    if (problems.size >= MAX_PROBLEMS_SHOWN) break;
    if (scenario !== undefined) settings.push({ varied: choices.map(labelled), scenario });
  }
  const [first, ...others] = settings;
  if (problems.size > 0 || first === undefined) throw new ScenarioError([...problems.values()]);
  refuseTwins(settings);
  return [first, ...others];
}

/** One `--vary`. */
interface Axis {
  readonly argument: string;
  readonly path: string;
  readonly values: readonly string[];
}

interface Choice {
  readonly axis: Axis;
  readonly value: string;
}

const FORM = 'write path=value,value, such as clients.count=500,1000';

function readVary(argument: string, seedsFlag: string): Axis {
  const equals = argument.indexOf('=');
  const path = argument.slice(0, Math.max(equals, 0));
  const refuse = (message: string): never => refused(argument, message);
  if (equals < 0) refuse(`no values — ${FORM}`);
  if (path === '') refuse(`no path — ${FORM}`);
  if (path === 'seed')
    refuse(`seeds are no setting — ${seedsFlag} 20 takes 20 seeds, counted up from the one in the file`);
  const text = argument.slice(equals + 1);
  if (text.trim() === '') refuse(`no values — ${FORM}`);
  const values = splitAtCommas(text);
  for (const [index, value] of values.entries()) {
    if (value === '') refuse(`value ${index + 1} of ${values.length} is empty — ${FORM}`);
    if (values.indexOf(value) < index) refuse(`${showTyped(value)} a second time — keep one of them`);
  }
  return { argument, path, values };
}

/** Splits values at commas, except those within quotes, lists and mappings. */
function splitAtCommas(text: string): readonly string[] {
  const values: string[] = [];
  let [value, depth] = ['', 0];
  const quoted = /'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"/y;
  for (let at = 0; at < text.length;) {
    // As in YAML, a quote inside a word is part of the word.
    quoted.lastIndex = at;
    const token = (value.trim() === '' || depth > 0 ? quoted.exec(text)?.[0] : undefined) ?? text.charAt(at);
    at += token.length;
    if (token === ',' && depth === 0) {
      values.push(value.trim());
      value = '';
      continue;
    }
    if (token === '[' || token === '{') depth += 1;
    if (token === ']' || token === '}') depth = Math.max(0, depth - 1);
    value += token;
  }
  return [...values, value.trim()];
}

/** Refuses a field that is set or varied twice, since the later value would undo the earlier. */
function refuseClash({ argument, path }: Axis, sets: readonly string[], before: readonly Axis[]): void {
  const undoes = (other: string): boolean => `${other}.`.startsWith(`${path}.`);
  const varied = before.find((other) => undoes(other.path));
  if (varied?.path === path) refused(argument, `${path} is varied twice — name all its values in one --vary`);
  if (varied !== undefined) {
    const other = showPlace({ set: '', typed: { option: '--vary', argument: varied.argument } });
    refused(argument, `it would undo ${other} — name the one that stands within the other last`);
  }
  const set = sets.map((each) => each.split('=')[0] ?? each).find(undoes);
  if (set === path) refused(argument, `${path} is set too, by --set or --clients — keep one of them`);
  if (set !== undefined) {
    refused(argument, `it would undo the --set of ${set} — vary ${set} too, or leave out the --set`);
  }
}

function refuseTooMany(axes: readonly Axis[], seeds: number, seedsFlag: string): void {
  const settings = axes.reduce((product, { values }) => product * values.length, 1);
  if (settings * seeds <= MAX_SIMULATIONS) return;
  const each = axes.map(({ path, values }) => `${values.length} of ${showTyped(path)}`).join(' × ');
  throw new UsageError(
    `--vary: ${each} × ${seeds} seeds are ${settings * seeds} simulations, at most ${MAX_SIMULATIONS} are possible — ` +
      `name fewer values, or fewer ${seedsFlag}`,
  );
}

function combinations(axes: readonly Axis[]): readonly (readonly Choice[])[] {
  return axes.reduce<readonly (readonly Choice[])[]>(
    (all, axis) => all.flatMap((choices) => axis.values.map((value) => [...choices, { axis, value }])),
    [[]],
  );
}

/** The scenario of one setting; undefined when it has errors, which are added to `problems` by their text. */
function read(
  { file, sets, allowFiles = [], allowExec }: Pick<SettingsOptions, 'file' | 'sets' | 'allowFiles' | 'allowExec'>,
  choices: readonly Choice[],
  problems: Map<string, Problem>,
): Scenario | undefined {
  const varied = choices.map(({ axis, value }) => ({
    set: `${axis.path}=${value}`,
    typed: { option: '--vary' as const, argument: axis.argument },
  }));
  try {
    return readScenario(file, sets, allowFiles, varied, allowExec);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    for (const problem of error.problems) problems.set(new ScenarioError([problem]).message, problem);
    return undefined;
  }
}

/** Refuses two settings with the same scenario, such as one value spelled in two ways. */
function refuseTwins(settings: readonly Setting[]): void {
  const known = new Map<string, Setting>();
  for (const setting of settings) {
    const text = JSON.stringify(setting.scenario);
    const twin = known.get(text);
    if (twin !== undefined) {
      const [one, other] = [twin, setting].map(({ varied }) => varied.map(({ path, value }) => `${path}=${value}`));
      throw new UsageError(
        `--vary: ${one?.join(' ')} is the same scenario as ${other?.join(' ')} — leave out one, or what makes no difference`,
      );
    }
    known.set(text, setting);
  }
}

function labelled({ axis, value }: Choice): Setting['varied'][number] {
  return { path: axis.path, value: showTyped(value) };
}

function refused(argument: string, message: string): never {
  throw new UsageError(`${showPlace({ set: '', typed: { option: '--vary', argument } })}: ${message}`);
}
