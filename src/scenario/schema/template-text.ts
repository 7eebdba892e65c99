import { type Codec, scalar } from '../../core/codec/codec.ts';
import { reject, type Rejection } from '../../core/codec/reject.ts';
import { holesOf, type HoleKind, readTemplate, showHole, type Template } from '../../core/template/template.ts';

/** Bounds of a template. */
export interface TemplateBounds {
  /** holes that have a value at this place */
  readonly holes: readonly HoleKind[];
  /** holes without which the text is useless here */
  readonly required?: readonly HoleKind[];
  readonly maxChars: number;
  readonly example: string;
  /** what the literal text may hold; default: no control characters */
  readonly pattern?: RegExp;
}

/**
 * Text with holes. A hole that has no value at this place is an error, as is one that does not exist.
 *
 * @example templateText({ holes: ['client', 'user'], maxChars: 200, example: 'load-{client}@example.com' })
 */
export function templateText(bounds: TemplateBounds): Codec<Template> {
  const { holes, maxChars, example, pattern = /^\P{Cc}*$/u } = bounds;
  const read = (input: unknown): Template | Rejection => {
    if (typeof input !== 'string') return reject('not text', input, `write text such as ${example}`);
    if (input.length > maxChars) return reject(`longer than ${maxChars} characters`, input, 'shorten it');
    if (!pattern.test(input)) return reject('not allowed here', input, `write text such as ${example}`);
    const template = readTemplate(input);
    if ('unknownHole' in template) return reject('unknown hole', `{${template.unknownHole}}`, rightOf(holes));
    const found = holesOf(template);
    const foreign = found.find(({ kind }) => !holes.includes(kind));
    if (foreign !== undefined) return reject('no value at this place', showHole(foreign), rightOf(holes));
    const missing = bounds.required?.find((kind) => found.every((hole) => hole.kind !== kind));
    if (missing !== undefined) return reject(`without ${nameOf(missing)}`, input, `write text such as ${example}`);
    return template;
  };
  return scalar(read, ({ text }) => text, { type: 'string', maxLength: maxChars, examples: [example] });
}

function rightOf(holes: readonly HoleKind[]): string {
  return holes.length === 0
    ? 'write text without holes; {{name}} stands for the text {name}'
    : `the holes here are ${holes.map(nameOf).join(', ')}; {{name}} stands for the text {name}`;
}

function nameOf(kind: HoleKind): string {
  if (kind === 'user') return '{user.COLUMN}';
  if (kind === 'env') return '{env.NAME}';
  return kind === 'cookie' ? '{cookie.NAME}' : `{${kind}}`;
}
