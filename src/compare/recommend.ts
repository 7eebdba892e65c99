import type { Varied } from '../results/seeds-plan.ts';
import type { Comparison, SettingCompared } from './comparison.ts';
import { ABSENT } from './differences.ts';
import { inOrder } from './units.ts';

/**
 * Recommends a setting in a sentence: the mildest one that meets the thresholds, which has the smallest value if a single
 * field is varied and its values can be ordered; else the first one that no other beats. A setting that leaves clients
 * locked out is never chosen if another does not, whatever its thresholds.
 */
export function recommend(
  settings: readonly SettingCompared[],
  ended: Comparison['ended'],
): Comparison['recommendation'] {
  if (settings.every(({ thresholds }) => thresholds.length === 0)) {
    return { setting: null, text: 'The scenario sets no thresholds, so nothing says what would be good enough.' };
  }
  if (new Set(settings.map(({ thresholds }) => expressionsOf(thresholds))).size > 1) {
    return { setting: null, text: 'The settings have different thresholds, so no one measure says which to take.' };
  }
  if (ended === 'interrupted' && settings.some(({ runs }) => runs.conclusive + runs.open === 0)) {
    return {
      setting: null,
      text: 'Interrupted before every setting had a run with a verdict: which to take is not known.',
    };
  }
  const { ordered, byValue } = mildestFirst(settings);
  const free = ordered.some(({ setting }) => leavesNobodyOut(setting));
  const does = (setting: SettingCompared): boolean => meets(setting) && (!free || leavesNobodyOut(setting));
  const good = ordered.filter(({ setting }) => does(setting));
  const chosen = byValue ? good[0] : (good.find(({ setting }) => setting.unbeaten) ?? good[0]);
  if (chosen === undefined) return { setting: null, text: noneText(ordered.map(({ setting }) => setting)) };
  const milder = ordered.slice(0, ordered.indexOf(chosen)).flatMap(({ setting }) => (does(setting) ? [] : setting));
  return { setting: chosen.number, text: `${chosenText(chosen.setting, settings, byValue)}${milderText(milder)}.` };
}

/** The fields in which a setting differs, in one line. */
export function settingText(varied: readonly Varied[]): string {
  const there = varied.filter(({ value }) => value !== ABSENT);
  return (there.length === 0 ? varied : there).map(({ path, value }) => `${path}=${value}`).join(', ');
}

function expressionsOf(thresholds: SettingCompared['thresholds']): string {
  return JSON.stringify(thresholds.map(({ expression }) => expression));
}

interface Numbered {
  /** from 1 */
  readonly number: number;
  readonly setting: SettingCompared;
}

function mildestFirst(settings: readonly SettingCompared[]): {
  readonly ordered: readonly Numbered[];
  readonly byValue: boolean;
} {
  const numbered = settings.map((setting, index) => ({ number: index + 1, setting }));
  const order = settings.every(({ varied }) => varied.length === 1)
    ? inOrder(settings.map(({ varied }) => varied[0]?.value ?? ''))
    : null;
  return { ordered: order === null ? numbered : order.map((index) => numbered[index]!), byValue: order !== null };
}

/** Whether a setting passed in all its runs that count, also without squall's own lateness. */
function meets({ runs }: SettingCompared): boolean {
  return runs.conclusive > 0 && runs.passed === runs.conclusive && runs.open === 0;
}

/** Whether no run that counts ended with locked-out clients. */
function leavesNobodyOut({ runs }: SettingCompared): boolean {
  return runs.conclusive + runs.open > 0 && runs.lockedOut === 0;
}

function chosenText(setting: SettingCompared, all: readonly SettingCompared[], byValue: boolean): string {
  const { conclusive } = setting.runs;
  // With a smaller share of passes, this many passes in a row would happen in less than 5 % of all cases.
  const atLeast = Math.floor(100 * 0.05 ** (1 / conclusive));
  const unordered = setting.unbeaten ? 'the first named that no other beats, and one' : 'the first named';
  const first = byValue ? 'the mildest setting' : unordered;
  const alone = all.filter(meets).length === 1 ? 'the only setting' : first;
  const left = setting.runs.done - conclusive;
  const aside = left === 0 ? '' : `; ${left} more came to no verdict`;
  return (
    `Take ${settingText(setting.varied)}: ${alone} that meets the thresholds. It passed ` +
    `${conclusive === 1 ? 'its one run' : `all ${conclusive} runs`}, so at least ${atLeast} % of such runs pass ` +
    `(95 % confidence${aside})${setting.runs.lockedOut > 0 ? `, but it ${lockedOutText(setting)}` : ''}`
  );
}

function milderText(milder: readonly SettingCompared[]): string {
  return milder.map((setting) => `; ${valuesOf(setting)} ${failureText(setting)}`).join('');
}

function noneText(settings: readonly SettingCompared[]): string {
  const each = settings.map((setting) => `${valuesOf(setting)} ${failureText(setting)}`);
  if (settings.some((setting) => isUndecided(setting))) {
    return `No setting was shown to meet the thresholds: ${each.join('; ')}.`;
  }
  const but = settings.some(meets) ? ' without leaving clients locked out' : '';
  return `No setting meets the thresholds${but}: ${each.join('; ')}.`;
}

/** The values of a setting, for text in which its fields are named already. */
function valuesOf({ varied }: SettingCompared): string {
  return varied.map(({ value }) => value).join(', ');
}

function lockedOutText({ runs }: Pick<SettingCompared, 'runs'>): string {
  return `left clients locked out in ${runs.lockedOut} of ${runs.conclusive + runs.open} runs`;
}

/** Whether a setting failed in no run, and squall's own lateness keeps some of its runs from a verdict. */
function isUndecided({ runs }: SettingCompared): boolean {
  return runs.open > 0 && runs.passed === runs.conclusive;
}

/** `was left open by squall's own lateness in 2 of 6 runs (peak(attempts) < 75/s in 2)`. */
function openRunsText({ runs, thresholds }: SettingCompared): string {
  const open = thresholds.filter((each) => each.open > 0).map((each) => `${each.expression} in ${each.open}`);
  return `was left open by squall's own lateness in ${runs.open} of ${runs.conclusive + runs.open} runs (${open.join(', ')})`;
}

/** `failed 6 of 6 runs: peak(attempts) < 75/s in 6`. */
function failureText(setting: SettingCompared): string {
  const { runs, thresholds } = setting;
  if (runs.done === 0) return 'was not run';
  if (isUndecided(setting)) return openRunsText(setting);
  if (runs.conclusive === 0) return 'came to no verdict';
  if (runs.passed === runs.conclusive) return lockedOutText({ runs });
  const failed = thresholds.filter((each) => each.failed > 0).map((each) => `${each.expression} in ${each.failed}`);
  return `failed ${runs.conclusive - runs.passed} of ${runs.conclusive + runs.open} runs (${failed.join(', ')})`;
}
