import { clean } from '../clean.ts';

/** How something ended, where nobody has colours. */
export const MARKS = { pass: '✅', fail: '❌', inconclusive: '❔' } as const;

const QUOTED_CHARS = 400;
/** The longest answer: a sentence that names every setting. */
export const ANSWER_CHARS = 4000;

/** A document of sections, each of whole lines; those without any are left out. */
export function document(sections: readonly (readonly string[])[]): string {
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  return [head, head.map(() => '---'), ...rows].map(
    // A pipe would end the cell even in a code span.
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
}

/** What is folded away until somebody wants it. */
export function folded(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`<details><summary>${title}</summary>`, '', ...lines, '', '</details>'];
}

/**
 * Text of any origin, as it is, in a code span: there it is neither markup nor the mention of anybody.
 */
export function code(text: string, charsMax = QUOTED_CHARS): string {
  const shown = clean(text, charsMax).replaceAll('`', "'").trim();
  return shown === '' ? '' : `\`${shown}\``;
}
