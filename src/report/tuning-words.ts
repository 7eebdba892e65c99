import type { Reading, Span } from '../compare/comparison.ts';
import { isOpen, type Confirmation, type Tried, type Tuning } from '../compare/tuning.ts';
import { COMPARED, type ComparedName, FIGURES } from '../storm/figures.ts';
import { parseExpression } from '../threshold/expression.ts';
import { NOTHING } from './format.ts';
import { longestOf, valueText, thresholdPrinter } from './text/comparison-tables.ts';

/** The design of the tuning in one sentence. */
export function tuningDesign({ path, range, seeds, tried, ended }: Tuning): string {
  const early = ended === 'completed' ? '' : 'interrupted; up to then: ';
  const { first, planned } = seeds;
  const seedText = planned === 1 ? `seed ${first}` : `seeds ${first} to ${first + planned - 1}`;
  return `${early}${path} from ${range[0]} to ${range[1]}: ${tried.length} values, each simulated with ${seedText}`;
}

/** The answer, in one sentence. */
export function tuningAnswer({ path, goal, found, milder, tried, seeds, range, ended }: Tuning): string {
  if (found === null && ended === 'interrupted') return `Interrupted: whether a value of ${path} will do is not known.`;
  const [open] = tried.flatMap(({ undecided }) => undecided);
  if (found === null && open !== undefined) {
    return `No value of ${path} from ${range[0]} to ${range[1]} was shown to meet the thresholds: runs came to no verdict (${open}).`;
  }
  if (found === null) {
    const free = tried.some(({ lockedOut }) => lockedOut > 0) ? ' without leaving clients locked out' : '';
    return `No value of ${path} from ${range[0]} to ${range[1]} meets the thresholds${free}.`;
  }
  const below = tried.find(({ value }) => value === milder);
  const why =
    below === undefined
      ? `and it is where the range ${goal === 'smallest' ? 'begins' : 'ends'}`
      : `${below.value} ${isOpen(below) ? 'was not shown to' : 'does not'}: ${below.runs.passed} of ${below.runs.done} passed (${unmetReason(below)})`;
  const seedsText = seeds.planned === 1 ? 'with its one seed' : `with all ${seeds.planned} seeds`;
  return `Take ${path}=${found}: the ${goal} value that meets the thresholds, ${seedsText}; ${why}.`;
}

/** The reason why a value does not meet the thresholds. */
export function unmetReason({ failed, undecided, lockedOut }: Tried): string {
  const out = lockedOut === 0 ? [] : [`clients locked out at the end of ${lockedOut}`];
  return [...failed, ...out, ...undecided.map((reason) => `no verdict: ${reason}`)].join(', ');
}

/** Values beyond the found one that fail again, in words; null when there is only one edge. */
export function islandsText({ islands }: Tuning): string | null {
  if (islands.length === 0) return null;
  return `Beyond it the thresholds are not met everywhere: not at ${islands.join(', ')}. One edge was found; there are others.`;
}

/** The verdict of a live run, compared with the simulations. */
export function confirmationText({ value, expected, verdict, reasons }: Confirmation): string {
  const outcome = verdict === null ? 'not run' : verdict === expected ? `${verdict}, as simulated` : verdict;
  const aside = verdict === expected ? '' : ` (simulated: ${expected})`;
  return `live run at ${value}: ${outcome}${aside}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`;
}

/** One column of the trade-off. */
export interface TradeOffColumn {
  readonly label: string;
  /** the median of a value's runs as text */
  readonly cell: (tried: Tried) => string;
}

/** Columns of the trade-off: the threshold metrics first, then the figures in which the values differ. */
export function tradeOffColumns(tuning: Tuning): readonly TradeOffColumn[] {
  return [...thresholdColumns(tuning), ...figureColumns(tuning)];
}

export function thresholdColumns({ tried }: Tuning): readonly TradeOffColumn[] {
  return (tried[0]?.thresholds ?? []).map(({ expression }, nth) => {
    const print = thresholdPrinter(
      expression,
      tried.flatMap(({ thresholds }) => thresholds[nth]?.values ?? []),
    );
    return {
      label: parseExpression(expression).subject,
      cell: ({ thresholds: its }) => medianText(its[nth]?.values, print),
    };
  });
}

export function figureColumns(tuning: Tuning): readonly TradeOffColumn[] {
  return tradedFigures(tuning).map((name) => {
    const { label, unit } = FIGURES[name];
    const longestMs = longestOf(tuning.tried.map(({ figures }) => figures[name]));
    return { label, cell: ({ figures: its }) => medianText(its[name], (value) => valueText(value, unit, longestMs)) };
  });
}

function medianText(span: Span | undefined, print: (value: Reading) => string): string {
  const median = span?.median ?? null;
  return median === null ? NOTHING : print(median);
}

/** Columns for the figures in which the values differ; equal figures show no trade-off. */
export function tradedFigures({ tried }: Tuning): readonly ComparedName[] {
  return COMPARED.filter((name) => new Set(tried.map(({ figures }) => figures[name].median)).size > 1);
}
