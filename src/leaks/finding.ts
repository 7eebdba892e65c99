import type { ClaimIds } from './claim-ids.ts';
import type { LinePlace } from './line-index.ts';
import type { TokenKind } from './record-lines.ts';

/** Encodings in which a token was found. */
export type Disguise = 'url-encoded' | 'escaped' | 'base64';

/** A token, or a part of one, that was found: its place, never its text. */
export interface Finding extends LinePlace {
  /** owner of the token; null: no token of the runs, but the shape of a JWT */
  readonly owner: { readonly client: number; readonly kind: TokenKind } | null;
  /** ids of unknown origin: clean them before display */
  readonly ids: ClaimIds;
  /** characters of it that were found */
  readonly foundChars: number;
  /** length of the whole token, in characters */
  readonly chars: number;
  /** number of lines that it is spread over */
  readonly lines: number;
  readonly disguises: readonly Disguise[];
}
