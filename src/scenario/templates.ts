import { readTemplate, type Template } from '../core/template/template.ts';
import type { WrittenScenario } from './scenario.ts';

/** A template of a scenario, with the dotted path of its field. */
export interface PlacedTemplate {
  readonly path: string;
  readonly template: Template;
}

/** All templates in which columns of users may stand. */
export function templatesForUsers({
  target,
  tokens,
}: Pick<WrittenScenario, 'target' | 'tokens'>): Iterable<PlacedTemplate> {
  const url = target.kind === 'url' ? readTemplate(target.url) : null;
  return templatesIn({ target: { ...target, url }, tokens });
}

/**
 * Finds all templates in a part of a scenario.
 *
 * @example [...templatesIn(scenario.tokens, 'tokens')]
 */
export function* templatesIn(part: unknown, path = ''): Iterable<PlacedTemplate> {
  if (typeof part !== 'object' || part === null) return;
  if (isTemplate(part)) {
    yield { path, template: part };
    return;
  }
  for (const [key, inner] of Object.entries(part)) yield* templatesIn(inner, pathBelow(part, path, key));
}

const CLAIM_PARTS: ReadonlySet<string> = new Set(['template', 'items', 'entries']);

/** A mapping of a user never looks like it, since the values in those are templates or their parents. */
function isTemplate(part: object): part is Template {
  return 'slots' in part && Array.isArray(part.slots) && 'text' in part && typeof part.text === 'string';
}

/** A copy of a part of a scenario with other templates. */
export function mapTemplates<T>(part: T, path: string, change: (template: Template, path: string) => Template): T {
  const copy = (value: unknown, at: string): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (isTemplate(value)) return change(value, at);
    if (Array.isArray(value)) return value.map((item: unknown, index) => copy(item, `${at}.${index}`));
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, copy(inner, pathBelow(value, at, key))]),
    );
  };
  return copy(part, path) as T;
}

/** The path of a property. The inner properties of a claim are not in the file. */
function pathBelow(part: object, path: string, key: string): string {
  return 'kind' in part && CLAIM_PARTS.has(key) ? path : [path, key].filter((each) => each !== '').join('.');
}
