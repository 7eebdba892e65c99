import { join } from '../core/template/join.ts';
import { type Escape, inJson, type Template } from '../core/template/template.ts';

/** Values that no escape changes. */
const PLAIN = /^[\w.-]*$/;

/** A template of JSON as it stands within a JSON string; its values are escaped by `inJsonTwice`. */
export function quotedTemplate({ slots }: Template): Template {
  const quoted = slots.map((slot) => (slot.kind === 'text' ? inJson(slot.text) : slot));
  return join('"', ...quoted, '"');
}

/** A value within a JSON string of JSON within a JSON string. */
export const inJsonTwice: Escape = (value) => (PLAIN.test(value) ? value : inJson(inJson(value)));
