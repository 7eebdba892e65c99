import { DEFAULTS } from '../defaults.ts';
import { scalar, word } from '../scalar.ts';
import { MAX_PATH_CHARS, MAX_THRESHOLDS } from '../limits.ts';
import { isFileName } from '../named-files.ts';
import { list, object } from '../object.ts';
import { reject } from '../../core/codec/reject.ts';
import { expression } from './thresholds.ts';

/** `extendTree` has put the file's content below this one's, unless it is no name or nothing may be read here. */
export const extended = scalar<never>(
  (input) =>
    isFileName(input)
      ? reject('a file, and none is read here', input, 'write it at the top of a scenario file')
      : reject('not a file name', input, 'write the path of another scenario'),
  { type: 'string', minLength: 1, maxLength: MAX_PATH_CHARS, examples: ['./healthy.yaml'] },
);

const D = DEFAULTS.expectation;

export const expectation = object({
  verdict: word(['pass', 'fail', 'inconclusive']).describe('the verdict'),
  because: list(expression, MAX_THRESHOLDS)
    .prefault([...D.because])
    .describe('the thresholds that do not pass, each as it stands under `thresholds`: these, and no others'),
  world: word(['both', 'run', 'simulate'])
    .prefault(D.world)
    .describe(
      'whether this is what `squall run` comes to, `squall simulate`, or both; with --all the other one leaves it out',
    ),
});
