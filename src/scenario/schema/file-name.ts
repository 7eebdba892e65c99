import type { Codec } from '../../core/codec/codec.ts';
import { text } from '../../core/codec/scalars.ts';
import { MAX_PATH_CHARS } from '../../core/limits.ts';

/** The path of a file that a scenario names. */
export const fileName = (): Codec<string> =>
  text({ maxChars: MAX_PATH_CHARS, pattern: /^\P{Cc}+$/u, right: 'write the path of a file' });
