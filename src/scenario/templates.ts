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
function isTemplate(part: unknown): part is Template {
  if (typeof part !== 'object' || part === null) return false;
  return 'slots' in part && Array.isArray(part.slots) && 'text' in part && typeof part.text === 'string';
}

/**
 * A copy of a part of a scenario with other templates.
 *
 * @example mapTemplates(scenario.tokens.source, 'tokens.source', (template, path) => environment.bind(template, path))
 */
export function mapTemplates<T>(part: T, path: string, change: (template: Template, path: string) => Template): T {
  const copy = structuredClone(part);
  replaceIn(copy, path, change);
  return copy;
}

function replaceIn(part: unknown, path: string, change: (template: Template, path: string) => Template): void {
  if (typeof part !== 'object' || part === null) return;
  for (const [key, inner] of Object.entries(part)) {
    const at = pathBelow(part, path, key);
    if (isTemplate(inner)) Reflect.set(part, key, change(inner, at));
    else replaceIn(inner, at, change);
  }
}

/** The path of a property. The inner properties of a claim are not in the file. */
function pathBelow(part: object, path: string, key: string): string {
  return 'kind' in part && CLAIM_PARTS.has(key) ? path : [path, key].filter((each) => each !== '').join('.');
}
