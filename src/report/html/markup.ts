import { xmlText } from '../xml.ts';

/** A piece of a page that is HTML already. Everything else is text, and is escaped wherever it is put. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | readonly Markup[] | null;

/**
 * HTML with inserted values: text and numbers are escaped and cleaned of control characters, markup is inserted
 * unchanged, null inserts nothing. Attributes must stand in double quotes.
 */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(pieces.map((piece, i) => piece + written(parts[i] ?? null)).join(''));
}

function written(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return xmlText(String(part));
}

/** Text of several lines; the line breaks are kept. */
export function lines(text: string): Markup {
  return new Markup(text.split('\n').map(xmlText).join('\n'));
}
