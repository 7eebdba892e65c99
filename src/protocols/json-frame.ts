import type { JsonProtocol } from '../core/protocol/json-keys.ts';
import { asIs, type Escape, fill, type HoleValues, inJson, type Template } from '../core/template/template.ts';
import type { Outgoing } from './codec.ts';
import { parseJsonText } from './parse-json.ts';

/** How messages are put into frames. */
export type Framing = Pick<JsonProtocol, 'framing' | 'prefix' | 'binary'>;

const NEWLINE = 0x0a;
const RECORD_SEPARATOR = 0x1e;

/** The byte after each message of a frame; -1: a frame is one message. */
export function separatorOf(framing: Framing['framing']): number {
  if (framing === 'one') return -1;
  return framing === 'newline' ? NEWLINE : RECORD_SEPARATOR;
}

/** Whether a template is JSON with any values, so that these are escaped. */
export function isJsonTemplate(template: Template): boolean {
  return parseJsonText(fill(template, { client: 0 }, () => '0')) !== null;
}

/** Writes one kind of frame. */
export class FrameWriter {
  readonly isEmpty: boolean;
  readonly #template: Template;
  readonly #escape: Escape;
  readonly #before: string;
  readonly #after: string;
  readonly #isBinary: boolean;

  constructor(template: Template, { framing, prefix, binary }: Framing) {
    const isJson = isJsonTemplate(template);
    const separator = separatorOf(framing);
    this.isEmpty = template.text === '';
    this.#template = template;
    this.#escape = isJson ? inJson : asIs;
    this.#before = isJson ? prefix : '';
    this.#after = separator < 0 ? '' : String.fromCharCode(separator);
    this.#isBinary = binary;
  }

  write(values: HoleValues): Outgoing {
    const text = this.#before + fill(this.#template, values, this.#escape) + this.#after;
    return this.#isBinary ? Buffer.from(text) : text;
  }
}
