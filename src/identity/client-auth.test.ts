import fc from 'fast-check';
import { ClientSecretBasic } from 'oauth4webapi';
import { expect, it } from 'vitest';
import { basicHeader } from './client-auth.ts';

it('encodes id and secret for HTTP Basic as oauth4webapi does', () => {
  const part = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom("-_.~!*'()", 'a b', 'ö:€', '%20'));
  fc.assert(
    fc.property(part, part, (id, secret) => {
      const headers = new Headers();
      void ClientSecretBasic(secret)({ issuer: 'x' }, { client_id: id }, new URLSearchParams(), headers);
      expect(basicHeader(id, secret)).toBe(headers.get('authorization'));
    }),
  );
});
