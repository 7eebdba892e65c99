import type { Template } from '../core/template/template.ts';

/** A template of a scenario, with the dotted path of its field. */
export interface PlacedTemplate {
  readonly path: string;
  readonly template: Template;
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
  for (const [key, inner] of Object.entries(part)) {
    // The inner properties of a claim are not in the file.
    const isSpelled = !('kind' in part && CLAIM_PARTS.has(key));
    yield* templatesIn(inner, isSpelled ? [path, key].filter((each) => each !== '').join('.') : path);
  }
}

const CLAIM_PARTS: ReadonlySet<string> = new Set(['template', 'items', 'entries']);

/** A mapping of a user never looks like it, since the values in those are templates or their parents. */
function isTemplate(part: object): part is Template {
  return 'slots' in part && Array.isArray(part.slots) && 'text' in part && typeof part.text === 'string';
}
