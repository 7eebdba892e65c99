import { oneOf, variant } from '../../core/codec/choice.ts';
import type { ValueOf } from '../../core/codec/codec.ts';
import { table } from '../../core/codec/object.ts';
import { text, word } from '../../core/codec/scalars.ts';
import { MAX_USER_COLUMNS, MAX_USER_VALUE_CHARS } from '../limits.ts';
import { fileName } from './file-name.ts';
import { templateText } from '../../core/template/template-text.ts';

/** Matches the name of a column, which is a part of a hole: `{user.e-mail}`. */
export const COLUMN_NAME = /^[\w.-]+$/;
/** Most characters of a column's name. */
export const MAX_COLUMN_CHARS = 64;

const column = text({
  maxChars: MAX_COLUMN_CHARS,
  pattern: COLUMN_NAME,
  right: `write up to ${MAX_COLUMN_CHARS} letters, digits, and - _ .`,
});

const generated = table(
  column,
  templateText({ holes: ['client', 'env'], maxChars: MAX_USER_VALUE_CHARS, example: 'load-{client}@example.com' }),
  "{ email: 'load-{client}@example.com' }",
).refine((columns, refuse) => {
  const count = Object.keys(columns).length;
  if (count === 0) refuse('no columns — write at least one');
  if (count > MAX_USER_COLUMNS) refuse(`more than ${MAX_USER_COLUMNS} columns — remove some`);
});

/** Users from a file, or generated. */
export const users = oneOf(
  variant(
    { kind: 'file' },
    {
      file: fileName().describe('CSV with a header row, or JSON Lines (.jsonl, .ndjson): one user a row'),
      share: word(['none', 'rows'])
        .default('none')
        .describe('none: fewer rows than users are an error; rows: they are dealt out again from the first'),
      out: fileName().orNull().describe('file in which rotated tokens are kept for the next run; may be the same file'),
    },
  ),
  variant(
    { kind: 'generated' },
    {
      generate: generated.as('columns').describe('columns by name, made for each user; {client} is its number, from 0'),
    },
  ),
);

/** The users for whom clients stand; their columns fill the holes `{user.COLUMN}`. */
export type UserPlan = ValueOf<typeof users>;
