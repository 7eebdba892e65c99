import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { word } from '../codec/scalars.ts';
import type { Plan } from './plan.ts';
import { preset, type FaultSpec } from './spec.ts';

const fields = object({
  keys: word([
    // a new key signs; the old one stays in the key set, and so do the tokens that it signed
    'rotate',
    // a new key signs, and the old one leaves the key set at once
    'rotate-without-overlap',
    // the key set cannot be fetched
    'jwks-down',
    // tokens are signed with a key that no key set holds
    'unknown-key',
  ])
    .as('mode')
    .describe(
      'a new key signs tokens, with or without the old one staying in the key set; the key set cannot be fetched; tokens are signed with a key that is not in it',
    ),
});

/** Changes the signing keys, or keeps gateways from fetching them (RFC 7517). */
export interface KeysFault extends Plan, ValueOf<typeof fields> {
  readonly kind: 'keys';
}

export type KeysMode = KeysFault['mode'];

export const keys = {
  fields,
  lasts: 'optional',
  counts: 'draws',
  presets: [
    preset('rotate', 'a new key signs, the old one stays in the key set', 'rotate', true),
    preset(
      'rotate-without-overlap',
      'a new key signs, the old one leaves the key set at once',
      'rotate-without-overlap',
      true,
    ),
    preset('jwks-down', 'the key set cannot be fetched'),
    preset('unknown-key', 'tokens are signed with a key that no key set holds'),
  ],
  label: ({ mode }) => mode,
  executor: () => ({ embedded: 'token-service', url: null }),
  among: () => null,
  touches: () => ['handshakes', 'token-requests', 'tokens', 'signing-keys'],
  checks: ({ mode, forMs }, { tokens }, at) => [
    {
      holds: tokens.algorithm === 'HS256',
      at: `${at}.keys`,
      against: 'tokens.algorithm',
      what: 'a shared secret stands in no key set',
      fix: 'choose ES256, RS256 or EdDSA',
    },
    {
      holds: forMs > 0 && mode.startsWith('rotate'),
      at: `${at}.for`,
      against: `${at}.keys`,
      what: 'a rotation is not undone',
      fix: 'leave for out; unknown-key is undone at its end',
    },
  ],
} satisfies FaultSpec<KeysFault>;
