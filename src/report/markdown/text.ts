import { clean } from '../clean.ts';

/** Marks for verdicts, in place of colours. */
export const MARKS = { pass: '✅', fail: '❌', inconclusive: '❔' } as const;

const QUOTED_CHARS = 400;
/** Maximum length of a recommendation, in characters; it may name every setting. */
export const ANSWER_CHARS = 4000;

/** A document of sections, each a list of lines; empty sections are left out. */
export function document(sections: readonly (readonly string[])[]): string {
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  return [head, head.map(() => '---'), ...rows].map(
    // A pipe ends the cell even inside a code span.
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
}

/** A folded section; empty without lines. */
export function folded(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`<details><summary>${title}</summary>`, '', ...lines, '', '</details>'];
}

/** Text of any origin in a code span, where it is neither markup nor a mention. */
export function code(text: string, charsMax = QUOTED_CHARS): string {
  const shown = clean(text, charsMax).replaceAll('`', "'").trim();
  return shown === '' ? '' : `\`${shown}\``;
}
