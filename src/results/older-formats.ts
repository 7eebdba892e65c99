/**
 * What formats 1 and 2, of squall 0.1.0, held under another name: the path of then, the path of now, and by how much the
 * unit of then is larger.
 */
const MOVED: readonly (readonly [from: string, to: string, times?: number])[] = [
  ['squall', 'version'],
  ['promise.kept', 'promise.met'],
  ['promise', 'expectation'],
  ['told', 'targetReported'],
  ['conditions.most.login', 'conditions.most.loggedOut'],
  ['conditions.most.refresh-failing', 'conditions.most.refreshFailing'],
  ['counts.nonsense', 'counts.unexpectedEvents'],
  ['counts.stoppedTold', 'counts.stoppedOnAdvice'],
  ['changes.conditionLogin', 'changes.conditionLoggedOut'],
  ['curves.counts.conditionLogin', 'curves.counts.conditionLoggedOut'],
  ['values.most(login)', 'values.most(logged-out)'],
];

type Mapping = Record<string, unknown>;

/** Gives a document of an older format, which is changed in place, the names of the current one. */
export function modernise(document: unknown): void {
  for (const [from, to, times] of MOVED) {
    const value = takeFrom(document, from.split('.'));
    if (value === undefined) continue;
    putInto(document, to.split('.'), times !== undefined && typeof value === 'number' ? value * times : value);
  }
}

/** A text of an older format with the current names of the metrics in its thresholds. */
export function withCurrentMetrics(text: string): string {
  return text.replaceAll(/\bmost\(login\)/g, 'most(logged-out)');
}

function takeFrom(document: unknown, [key = '', ...rest]: readonly string[]): unknown {
  if (!isMapping(document) || !Object.hasOwn(document, key)) return undefined;
  if (rest.length > 0) return takeFrom(document[key], rest);
  const value = document[key];
  delete document[key];
  return value;
}

function putInto(document: unknown, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (!isMapping(document)) return;
  if (rest.length > 0) putInto((document[key] ??= {}), rest, value);
  else document[key] = value;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
