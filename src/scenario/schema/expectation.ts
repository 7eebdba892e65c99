import { scalar, type ValueOf } from '../../core/codec/codec.ts';
import { list, object } from '../../core/codec/object.ts';
import { reject } from '../../core/codec/reject.ts';
import { word } from '../../core/codec/scalars.ts';
import { MAX_PATH_CHARS } from '../../core/limits.ts';
import { MAX_THRESHOLDS } from '../limits.ts';
import { isFileName } from '../named-files.ts';
import { expression } from './thresholds.ts';

/** Refuses every file name: `extendTree` removes it wherever files may be read. */
export const extended = scalar<string>(
  (input) =>
    isFileName(input)
      ? reject('a file, and none is read here', input, 'write it at the top of a scenario file')
      : reject('not a file name', input, 'write the path of another scenario'),
  String,
  { type: 'string', minLength: 1, maxLength: MAX_PATH_CHARS, examples: ['./healthy.yaml'] },
);

export const expectation = object({
  verdict: word(['pass', 'fail', 'inconclusive']).describe('the verdict'),
  because: list(expression, { max: MAX_THRESHOLDS })
    .default([])
    .describe('the thresholds that do not pass, each as it stands under `thresholds`: these, and no others'),
  world: word(['both', 'run', 'simulate'])
    .default('both')
    .describe(
      'the command that this is expected of: `squall run`, `squall simulate` or both; with --all the other one skips the file',
    ),
});

/** The verdict that a scenario expects of its runs. */
export type Expectation = ValueOf<typeof expectation>;
