import { type Codec, scalar } from '../codec/codec.ts';
import { reject, type Rejection } from '../codec/reject.ts';
import { nearest } from '../text/nearest.ts';
import { holesOf, type HoleKind, readTemplate, showHole, type Template } from './template.ts';

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
    const parsed = readTemplate(input);
    if ('unknownHole' in parsed) return strange('unknown hole', parsed.unknownHole, holes);
    if (!pattern.test(input)) return reject('not allowed here', input, `write text such as ${example}`);
    const found = holesOf(parsed);
    const foreign = found.find(({ kind }) => !holes.includes(kind));
    if (foreign !== undefined) return strange('no value at this place', showHole(foreign).slice(1, -1), holes);
    const missing = bounds.required?.find((kind) => found.every((hole) => hole.kind !== kind));
    if (missing !== undefined) return reject(`without {${nameOf(missing)}}`, input, `write text such as ${example}`);
    return parsed;
  };
  return scalar(read, ({ text }) => text, { type: 'string', maxLength: maxChars, examples: [example] });
}

/** Reads a template that is spelled in the code. @throws {Error} for an unknown hole */
export function template(text: string): Template {
  const read = readTemplate(text);
  if ('unknownHole' in read) throw new Error(`{${read.unknownHole}} is no hole`);
  return read;
}

export function hasHole({ slots }: Template, kind: HoleKind): boolean {
  return slots.some((slot) => slot.kind === kind);
}

function strange(what: string, hole: string, holes: readonly HoleKind[]): Rejection {
  const asText = `{{${hole}}} stands for the text {${hole}}`;
  if (holes.length === 0) return reject(what, `{${hole}}`, `write text without holes; ${asText}`);
  const meant = nearest(hole, holes.map(nameOf));
  const right =
    meant === undefined
      ? `the holes here are ${holes.map((kind) => `{${nameOf(kind)}}`).join(', ')}`
      : `did you mean {${meant}}`;
  return reject(what, `{${hole}}`, `${right}; ${asText}`);
}

const NAMES: Readonly<Partial<Record<HoleKind, string>>> = {
  user: 'user.COLUMN',
  env: 'env.NAME',
  cookie: 'cookie.NAME',
};

function nameOf(kind: HoleKind): string {
  return NAMES[kind] ?? kind;
}
