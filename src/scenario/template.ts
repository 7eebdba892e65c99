/** Names that a template may have holes for. */
export type Hole = 'token' | 'id' | 'client' | 'seq';

/** The holes of each template of `target.messages`. */
export const HOLES = {
  authenticate: ['token'],
  command: ['id', 'client', 'seq'],
} as const satisfies Readonly<Record<string, readonly Hole[]>>;

/**
 * `{name}` is a hole, `{{name}}` stands for the text `{name}`. Every other brace is text, so that JSON can be written as
 * it is: none of its objects looks like `{name}`.
 */
const SLOT = /\{\{([A-Za-z_][\w.-]*)\}\}|\{([A-Za-z_][\w.-]*)\}/g;

/**
 * Names of the holes of a template, in their order.
 *
 * @example holesIn('{"op":"do","id":"{id}","raw":"{{id}}"}') // ['id']
 */
export function holesIn(template: string): readonly string[] {
  return Array.from(template.matchAll(SLOT), ([, , hole]) => hole).filter((hole) => hole !== undefined);
}

/**
 * Puts values into the holes of a template; a hole without a value stays as it is.
 *
 * @example fillTemplate('{"id":"{id}","raw":"{{id}}"}', { id: '7-1' }) // '{"id":"7-1","raw":"{id}"}'
 */
export function fillTemplate(template: string, values: Readonly<Partial<Record<Hole, string>>>): string {
  const byName: Readonly<Record<string, string | undefined>> = values;
  return template.replaceAll(SLOT, (whole, literal: string | undefined, hole: string | undefined) =>
    literal === undefined ? (byName[hole ?? ''] ?? whole) : `{${literal}}`,
  );
}
