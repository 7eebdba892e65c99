import type { Codec } from '../codec/codec.ts';
import { fill, type HoleKind, type Template } from '../template/template.ts';
import { templateText } from '../template/template-text.ts';

const MAX_JSON_CHARS = 4000;
/** JSON may be written over several lines. */
const JSON_TEXT = /^(?:\P{Cc}|[\n\t])*$/u;

/** Shape of the JSON: an object, values with commas between them, or one value of any kind. */
type JsonKind = 'object' | 'list' | 'value';

/**
 * A template of JSON. Empty text is nothing to send.
 *
 * @example jsonText('object', ['token'], '{"token":"{token}"}')
 */
export function jsonText(kind: JsonKind, holes: readonly HoleKind[], example: string): Codec<Template> {
  return templateText({ holes, maxChars: MAX_JSON_CHARS, pattern: JSON_TEXT, example }).refine((template, refuse) => {
    if (template.text.trim() === '') return;
    const right = `write JSON, such as '${example}', with quotation marks around a hole that is text`;
    // A hole stands in a string or for a number; 0 fits both.
    const sample = fill(template, { client: 0 }, () => '0');
    const value = parsed(kind === 'list' ? `[${sample}]` : sample);
    if (value === undefined) refuse(`not JSON — ${right}`);
    else if (kind === 'object' && !isObject(value)) refuse(`not an object — ${right}`);
  });
}

/** undefined: it is no JSON */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
