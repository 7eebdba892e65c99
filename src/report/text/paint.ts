import { styleText } from 'node:util';

/** What a colour stands for in a report; the words beside it always say the same. */
const STYLES = {
  title: 'bold',
  good: 'green',
  bad: 'red',
  doubt: 'yellow',
  quiet: 'dim',
} as const;

export type Paint = (style: keyof typeof STYLES, text: string) => string;

/** The caller has asked the terminal and the environment already: here it is colour or none. */
export function painter(colour: boolean): Paint {
  if (!colour) return (_style, text) => text;
  return (style, text) => styleText(STYLES[style], text, { validateStream: false });
}
