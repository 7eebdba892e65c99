import { showPath } from './problem.ts';
import type { Place, Problem } from './problem.ts';
import type { ThresholdPlan } from './scenario.ts';
import { asWritten, nodeAt } from './tree.ts';
import type { Tree } from './tree.ts';

/**
 * Throws an Error with a numeric `position` (characters from 0) for an expression that cannot be understood. Injected,
 * because the expression language knows what is measured, and scenarios do not.
 */
export type CheckThreshold = (expression: string) => unknown;

/** What is wrong with the expressions, each at its place in the file, to the column where that can be known. */
export function checkThresholds(thresholds: readonly ThresholdPlan[], tree: Tree, check: CheckThreshold): Problem[] {
  return thresholds.flatMap(({ expression }, index) => {
    const flaw = flawOf(expression, check);
    if (flaw === undefined) return [];
    const path = asWritten(tree, ['thresholds', index, 'expression']);
    const node = nodeAt(tree, path) ?? tree;
    const place = node.verbatim === true ? shifted(node.place, flaw.position) : node.place;
    return [{ place, path: showPath(path), message: `${flaw.message} (${expression})` }];
  });
}

function flawOf(expression: string, check: CheckThreshold): { message: string; position: number } | undefined {
  try {
    check(expression);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && 'position' in error && typeof error.position === 'number')) throw error;
    return { message: error.message, position: error.position };
  }
}

function shifted(place: Place, columns: number): Place {
  if ('set' in place || place.line === undefined) return place;
  return { ...place, column: (place.column ?? 1) + columns };
}
