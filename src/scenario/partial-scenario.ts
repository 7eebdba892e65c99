import { type Finding, type Path, Rejection } from '../core/codec/reject.ts';
import type { WrittenScenario } from './scenario.ts';
import { scenarioCodec } from './schema/scenario-schema.ts';
import { applySet } from './set.ts';
import { nodeAt, plainOf, removeAt, type Tree } from './tree.ts';

export interface PartialScenario {
  readonly scenario: WrittenScenario;
  /** what was taken out or made up: nothing that involves these may be checked */
  readonly broken: readonly Path[];
}

/** The fields without a default, and values that fit any scenario. */
const STAND_INS: readonly (readonly [Path, string])[] = [
  [['duration'], 'duration=1h'],
  [['clients', 'count'], 'clients.count=1'],
];

/** Taking one value out may show that another is wrong; after so many rounds the rest waits for the next run. */
const MAX_ROUNDS = 5;

/**
 * What is left of a scenario without the values that were refused, so that one look finds nearly everything that is wrong
 * with it. Changes the tree. Undefined when too little is left.
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

/** A key that is missed, perhaps because it was taken out, takes the section that misses it along. */
function presentIn(tree: Tree, path: Path): Path {
  return path.length > 1 && nodeAt(tree, path) === undefined ? path.slice(0, -1) : path;
}

/** Removing an item would renumber those after it, so a list goes as a whole. */
function upToList(path: Path): Path {
  const index = path.findIndex((key) => typeof key === 'number');
  return index < 0 ? path : path.slice(0, index);
}
