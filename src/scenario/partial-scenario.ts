import { type Finding, type Path, Rejection } from '../core/codec/reject.ts';
import type { WrittenScenario } from './scenario.ts';
import { scenarioCodec } from './schema/scenario-schema.ts';
import { applySet } from './set.ts';
import { nodeAt, plainOf, removeAt, type Tree } from './tree.ts';

export interface PartialScenario {
  readonly scenario: WrittenScenario;
  /** paths of removed and invented values, which no check may use */
  readonly broken: readonly Path[];
}

/** The fields without a default, and values that fit any scenario. */
const STAND_INS: readonly (readonly [Path, string])[] = [
  [['duration'], 'duration=1h'],
  [['clients', 'count'], 'clients.count=1'],
];

/** Most rounds of removing values, each of which may reveal another problem. */
const MAX_ROUNDS = 5;

/**
 * The scenario without its refused values, so that nearly all problems are found at once. Changes the tree. Undefined
 * when too little is left.
 */
export function partialScenario(tree: Tree, refused: readonly Finding[]): PartialScenario | undefined {
  if (!(tree.value instanceof Map)) return undefined;
  const broken: Path[] = [];
  let next = refused;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    broken.push(...next.map(({ path }) => upToList(presentIn(tree, path))));
    for (const path of broken) removeAt(tree, path);
    for (const [path, argument] of STAND_INS) {
      if (nodeAt(tree, path) !== undefined) continue;
      applySet(tree, { set: argument }, []);
      broken.push(path);
    }
    const scenario = scenarioCodec.read(plainOf(tree));
    if (!(scenario instanceof Rejection)) return { scenario, broken };
    next = scenario.findings;
  }
  return undefined;
}

/** A section without a required key is removed, too. */
function presentIn(tree: Tree, path: Path): Path {
  return path.length > 1 && nodeAt(tree, path) === undefined ? path.slice(0, -1) : path;
}

/** A list is removed as a whole, since removing an item would renumber the later ones. */
function upToList(path: Path): Path {
  const index = path.findIndex((key) => typeof key === 'number');
  return index < 0 ? path : path.slice(0, index);
}
