import type { Codec } from '../../core/codec/codec.ts';
import { text } from '../../core/codec/scalars.ts';

const MAX_CHARS = 200;

/** A token of RFC 9110, section 5.6.2; also a cookie's name (RFC 6265) and a subprotocol (RFC 6455). */
export function httpToken(pattern = /^[\w!#$%&'*+.^`|~-]+$/): Codec<string> {
  return text({ maxChars: MAX_CHARS, pattern, right: 'write letters, digits, and - _ . but no spaces' });
}
