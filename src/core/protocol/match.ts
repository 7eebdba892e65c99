import { type Codec, scalar } from '../codec/codec.ts';
import { table } from '../codec/object.ts';
import { reject } from '../codec/reject.ts';

/** Most paths that one match may compare. */
const MAX_MATCH_PATHS = 20;

/** A JSON message matches when each dotted path holds the value given. No paths: it matches nothing. */
export type FrameMatch = Readonly<Record<string, string | number | boolean>>;

const path = scalar(String, String, { type: 'string' });

const comparable = scalar<string | number | boolean>(
  (input) =>
    typeof input === 'string' || typeof input === 'number' || typeof input === 'boolean'
      ? input
      : reject('not comparable', input, 'write the text, number or boolean that a frame holds there'),
  (value) => value,
  { type: ['string', 'number', 'boolean'] },
);

export function frameMatch(): Codec<FrameMatch> {
  return table(path, comparable, '{ type: authenticated }').refine((paths, refuse) => {
    if (Object.keys(paths).length > MAX_MATCH_PATHS) refuse(`more than ${MAX_MATCH_PATHS} paths — remove some`);
  });
}

export function isEmptyMatch(match: FrameMatch): boolean {
  return Object.keys(match).length === 0;
}
