import { styleText } from 'node:util';

/** The meanings of colours in a report; the text always says the same. */
const STYLES = {
  title: 'bold',
  good: 'green',
  bad: 'red',
  doubt: 'yellow',
  quiet: 'dim',
} as const;

export type Paint = (style: keyof typeof STYLES, text: string) => string;

/** Makes a painter; without `colour` it leaves text unchanged. */
export function painter(colour: boolean): Paint {
  if (!colour) return (_style, text) => text;
  return (style, text) => styleText(STYLES[style], text, { validateStream: false });
}
