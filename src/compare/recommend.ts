import type { Varied } from '../results/seeds-plan.ts';
import type { Comparison, SettingCompared } from './comparison.ts';
import { inOrder } from './kinds.ts';

/**
 * One sentence on what to choose: the mildest setting that meets the thresholds, which is the one with the smallest
 * value where one field is varied and its values can be ordered, else the one named first.
 */
export function recommend(settings: readonly SettingCompared[]): Comparison['recommendation'] {
  if (settings.every(({ thresholds }) => thresholds.length === 0)) {
    return { setting: null, text: 'The scenario sets no thresholds, so nothing says what would be good enough.' };
  }
  const ordered = mildestFirst(settings);
  const chosen = ordered.find(({ setting }) => meets(setting));
  if (chosen === undefined) return { setting: null, text: noneText(ordered.map(({ setting }) => setting)) };
  const milder = ordered.slice(0, ordered.indexOf(chosen)).map(({ setting }) => setting);
  return { setting: chosen.number, text: `${chosenText(chosen.setting, settings)}${milderText(milder)}.` };
}

/** What tells a setting from the others, in one line. */
export function settingText(varied: readonly Varied[]): string {
  return varied.map(({ path, value }) => `${path}=${value}`).join(', ');
}

interface Numbered {
  /** from 1 */
  readonly number: number;
  readonly setting: SettingCompared;
}

function mildestFirst(settings: readonly SettingCompared[]): readonly Numbered[] {
  const numbered = settings.map((setting, index) => ({ number: index + 1, setting }));
  const order = settings.every(({ varied }) => varied.length === 1)
    ? inOrder(settings.map(({ varied }) => varied[0]?.value ?? ''))
    : null;
  return order === null ? numbered : order.map((index) => numbered[index]!);
}

/** It passed whenever there was a verdict. */
function meets({ runs }: SettingCompared): boolean {
  return runs.conclusive > 0 && runs.passed === runs.conclusive;
}

function chosenText(setting: SettingCompared, all: readonly SettingCompared[]): string {
  const { conclusive } = setting.runs;
  // Were the share of passes any smaller, as many passes in a row would come about in less than 5 % of all cases.
  const atLeast = Math.floor(100 * 0.05 ** (1 / conclusive));
  const alone = all.filter(meets).length === 1 ? 'the only setting' : 'the mildest setting';
  const left = setting.runs.done - conclusive;
  const aside = left === 0 ? '' : `; ${left} more came to no verdict`;
  return (
    `Take ${settingText(setting.varied)}: ${alone} that meets the thresholds. It passed ` +
    `${conclusive === 1 ? 'its one run' : `all ${conclusive} runs`}, so at least ${atLeast} % of such runs pass ` +
    `(95 % confidence${aside})`
  );
}

function milderText(milder: readonly SettingCompared[]): string {
  return milder.map((setting) => `; ${valuesOf(setting)} ${failureText(setting)}`).join('');
}

function noneText(settings: readonly SettingCompared[]): string {
  const each = settings.map((setting) => `${valuesOf(setting)} ${failureText(setting)}`);
  return `No setting meets the thresholds: ${each.join('; ')}.`;
}

/** What stands beside a setting that is spelled out, or in a table below. */
function valuesOf({ varied }: SettingCompared): string {
  return varied.map(({ value }) => value).join(', ');
}

/** `failed 6 of 6 runs: peak(attempts) < 75/s in 6`. */
function failureText({ runs, thresholds }: SettingCompared): string {
  if (runs.conclusive === 0) return 'came to no verdict';
  const failed = thresholds.filter((each) => each.failed > 0).map((each) => `${each.expression} in ${each.failed}`);
  return `failed ${runs.conclusive - runs.passed} of ${runs.conclusive} runs (${failed.join(', ')})`;
}
