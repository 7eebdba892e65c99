/** How the access token travels to the gateway. `name` is the name of the parameter, cookie or prefix. */
export type Carrier =
  /** Authorization: Bearer TOKEN (RFC 6750 section 2.1) */
  | { readonly kind: 'header' }
  /** ?name=TOKEN; it ends up in access logs, which is why teams test it */
  | { readonly kind: 'query'; readonly name: string }
  /** Cookie: name=TOKEN */
  | { readonly kind: 'cookie'; readonly name: string }
  /** Sec-WebSocket-Protocol: protocol, prefixTOKEN; the server selects `protocol` */
  | {
      readonly kind: 'subprotocol';
      readonly protocol: string;
      readonly prefix: string;
      /** how the token is written after the prefix; base64url is without padding */
      readonly encoding: 'none' | 'base64url';
    }
  /** the first message on an open socket */
  | { readonly kind: 'message' };

/** What a client does with a new token while it is connected. */
export type Renewal = 'reconnect' | 'in-band';

export type Algorithm = 'HS256' | 'RS256' | 'ES256' | 'EdDSA';
