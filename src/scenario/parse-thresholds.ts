import { ExpressionError } from './expression-error.ts';
import { type Place, type Problem, showPath } from './problem.ts';
import type { ThresholdPlan, WrittenThreshold } from './scenario.ts';
import type { ParseExpression } from './threshold-expression.ts';
import { asWritten, nodeAt, type Tree } from './tree.ts';

/**
 * Parses the thresholds of a scenario. Leaves out invalid ones and adds each to `problems` with its place, with the
 * column where it is known.
 */
export function parseThresholds(
  thresholds: readonly WrittenThreshold[],
  tree: Tree,
  parse: ParseExpression,
  problems: Problem[],
): readonly ThresholdPlan[] {
  return thresholds.flatMap((threshold, index) => {
    const { expression } = threshold;
    try {
      return { ...threshold, parsed: parse(expression) };
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const path = asWritten(tree, ['thresholds', index, 'expression']);
      const node = nodeAt(tree, path) ?? tree;
      const place = node.verbatim === true ? shifted(node.place, error.position) : node.place;
      problems.push({ place, path: showPath(path), message: `${error.message} (${expression})` });
      return [];
    }
  });
}

function shifted(place: Place, columns: number): Place {
  if ('set' in place || place.line === undefined) return place;
  return { ...place, column: (place.column ?? 1) + columns };
}
