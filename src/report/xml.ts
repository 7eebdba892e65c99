import { clean } from './clean.ts';

/** Maximum length of a quoted text in an XML report, in characters. */
const QUOTED_CHARS = 2000;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Attributes of an element; null values are left out. */
export type Attributes = Readonly<Record<string, string | number | null>>;

/** Text of any origin as one escaped line for an attribute or element, without characters that XML 1.0 forbids. */
export function xmlText(text: string): string {
  const legal = clean(text, QUOTED_CHARS).replaceAll(/[\uFFFE\uFFFF]/g, '');
  return legal.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** An element as separate lines; `content` is indented below it. */
export function element(name: string, attributes: Attributes, content: readonly string[] = []): readonly string[] {
  const tag = `${name}${attributesText(attributes)}`;
  if (content.length === 0) return [`<${tag}/>`];
  return [`<${tag}>`, ...content.map((line) => `  ${line}`), `</${name}>`];
}

/** An element that holds text, on one line. */
export function textElement(name: string, attributes: Attributes, text: string): string {
  return `<${name}${attributesText(attributes)}>${xmlText(text)}</${name}>`;
}

function attributesText(attributes: Attributes): string {
  const given = Object.entries(attributes).filter(([, value]) => value !== null);
  return given.map(([name, value]) => ` ${name}="${xmlText(String(value))}"`).join('');
}
