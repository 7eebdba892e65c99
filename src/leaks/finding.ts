import type { ClaimIds } from './claim-ids.ts';
import type { LinePlace } from './line-index.ts';
import type { TokenKind } from './record-lines.ts';

/** How the token stood there, where it was not simply there. */
export type Disguise = 'url-encoded' | 'escaped' | 'base64';

/** A token, or a part of one, and where it begins. Never what it says. */
export interface Finding extends LinePlace {
  /** whose token it is; null when it is none of the runs', but has the shape of a JWT */
  readonly owner: { readonly client: number; readonly kind: TokenKind } | null;
  /** of unknown origin: to be cleaned before they are shown */
  readonly ids: ClaimIds;
  /** how much of it is there */
  readonly foundChars: number;
  /** the length of the whole token */
  readonly chars: number;
  /** over how many lines it is spread; 1 for one */
  readonly lines: number;
  readonly disguises: readonly Disguise[];
}
