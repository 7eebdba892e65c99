import type { Codec } from '../../core/codec/codec.ts';
import { Rejection } from '../../core/codec/reject.ts';
import { url } from '../../core/codec/url.ts';
import { MAX_URL_CHARS } from '../../core/limits.ts';
import type { HoleKind, Template } from '../../core/template/template.ts';
import { templateText } from '../../core/template/template-text.ts';

/** A query parameter whose value has a hole. It may have the name of a secret, since the value stands elsewhere. */
const FILLED_PARAMETER = /([?&])[^=&{}]*=[^&#]*\{[^{}]+\}[^&#]*/g;
const HOLE = /\{+[^{}]*\}+/g;

/** An absolute URL with holes in its path and query, never in its host, so that its host can be checked before a run. */
export function urlTemplate(schemes: readonly string[], holes: readonly HoleKind[], example: string): Codec<Template> {
  const plain = url(schemes, example);
  const origin = new RegExp(`^(?:${schemes.join('|')})://[^/?#{}]+(?:[/?#]|$)`, 'i');
  return templateText({ holes, maxChars: MAX_URL_CHARS, example }).refine(({ text }, refuse) => {
    if (text.includes('{') && !origin.test(text)) {
      refuse(`a hole in the host of the URL — write the host as it is, and holes after it, such as ${example}`);
      return;
    }
    const filled = plain.read(text.replaceAll(FILLED_PARAMETER, '$1hole=x').replaceAll(HOLE, 'x'));
    if (filled instanceof Rejection) for (const { message } of filled.findings) refuse(message);
  });
}

/** Scheme, host and port of a URL with holes, as `new URL(…).origin`. */
export function originOf({ text }: Template): string {
  return new URL(text.replaceAll(HOLE, 'x')).origin;
}
