import { oneOf } from '../codec/choice.ts';
import { Codec, scalar } from '../codec/codec.ts';
import { object, table } from '../codec/object.ts';
import { reject } from '../codec/reject.ts';
import { boolean, text } from '../codec/scalars.ts';
import { patternCost } from '../text/pattern-cost.ts';

/** Most paths that one match may compare. */
const MAX_MATCH_PATHS = 20;
const MAX_PATTERN_CHARS = 200;
/** Characters of a message that a regular expression sees. */
export const MAX_MATCHED_CHARS = 512;
/** Most ways in which a regular expression may match, so that no text of a server makes it slow: two open repeats. */
const MAX_WAYS = MAX_MATCHED_CHARS * MAX_MATCHED_CHARS;

/** Value at a path of a message: equal to a plain value, or there or not. */
export type Expected = string | number | boolean | { readonly exists: boolean };

/**
 * What a message must be. `paths`: a JSON message with these values at dotted paths; `pattern`: a message whose text a
 * regular expression matches from the beginning. Neither: no message.
 */
export interface FrameMatch {
  readonly paths: Readonly<Record<string, Expected>>;
  /** null: none */
  readonly pattern: string | null;
}

export const NO_MATCH: FrameMatch = { paths: {}, pattern: null };

const expected: Codec<Expected> = oneOf(
  scalar<string | number | boolean>(
    (input) =>
      typeof input === 'string' || typeof input === 'number' || typeof input === 'boolean'
        ? input
        : reject(
            'not comparable',
            input,
            'write the text, number or boolean that a message holds there, or { exists: true }',
          ),
    (value) => value,
    { type: ['string', 'number', 'boolean'] },
  ).printsWhen((value) => typeof value !== 'object'),
  object({ exists: boolean().describe('whether the message has a value there, whatever it is') }),
);

const path = text({ maxChars: 200, right: 'write a dotted path' });

const paths = table(path, expected, '{ type: authenticated }')
  .refine((all, refuse) => {
    if (Object.keys(all).length > MAX_MATCH_PATHS) refuse(`more than ${MAX_MATCH_PATHS} paths — remove some`);
  })
  .map<FrameMatch>(
    (all) => ({ paths: all, pattern: null }),
    (match) => match.paths,
  );

const pattern = text({
  maxChars: MAX_PATTERN_CHARS,
  pattern: /^[^]*$/,
  right: 'write paths such as { type: ack }, or a regular expression',
})
  .refine((source, refuse) => {
    const problem = problemOf(source);
    if (problem !== null) refuse(problem);
  })
  .map<FrameMatch>(
    (source) => ({ paths: {}, pattern: source }),
    (match) => match.pattern ?? '',
  );

/** Paths with their values, for protocols whose messages are told apart by the protocol itself. */
export function pathMatch(): Codec<FrameMatch> {
  return paths;
}

/** Paths with their values, or a regular expression on the text of a message. */
export function frameMatch(): Codec<FrameMatch> {
  return new Codec<FrameMatch>(
    {
      read: (input) => (typeof input === 'string' ? pattern : paths).read(input),
      print: (match) => (match.pattern === null ? paths : pattern).print(match),
      schema: { anyOf: [pattern.schema, paths.schema] },
      options: [pattern, paths],
    },
    undefined,
  );
}

export function isEmptyMatch(match: FrameMatch): boolean {
  return match.pattern === null && Object.keys(match.paths).length === 0;
}

/** Compiles a pattern that its codec has read; it matches from the beginning of a text. */
export function compilePattern(source: string): RegExp {
  return new RegExp(`^(?:${source})`, 'su');
}

/** Number of capture groups of a pattern. */
export function groupsOf(source: string): number {
  return (new RegExp(`${source}|`, 'su').exec('')?.length ?? 1) - 1;
}

const STALLS = 'with which a hostile server could stall squall';

function problemOf(source: string): string | null {
  try {
    compilePattern(source);
  } catch (error) {
    return `no regular expression (${error instanceof Error ? error.message : String(error)}) — mend it`;
  }
  const cost = patternCost(source, MAX_MATCHED_CHARS);
  if (typeof cost !== 'number') return `${cost.refused}, ${STALLS} — write it without`;
  return cost > MAX_WAYS
    ? `too many repeats, ${STALLS} — write at most two of * and +, or limits such as {1,10}`
    : null;
}
