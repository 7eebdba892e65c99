import { describe, expect, test } from 'vitest';
import { deflateTerms } from './deflate-terms.ts';

const whole = { windowBits: 15, keepsContext: true };

describe('the answer to an offer of compression', () => {
  test.each([
    ['permessage-deflate', whole, whole],
    ['permessage-deflate; server_no_context_takeover', { ...whole, keepsContext: false }, whole],
    ['permessage-deflate ;client_no_context_takeover', whole, { ...whole, keepsContext: false }],
    [
      'permessage-deflate; server_max_window_bits=8; client_max_window_bits="15"; client_no_context_takeover',
      { ...whole, windowBits: 8 },
      { ...whole, keepsContext: false },
    ],
    ['permessage-deflate;client_max_window_bits=10', whole, { ...whole, windowBits: 10 }],
  ])('is understood: %s', (value, fromServer, fromClient) => {
    expect(deflateTerms(value)).toEqual({ fromServer, fromClient });
  });

  test.each([
    'server_no_context_takeover=true',
    'client_no_context_takeover=""',
    'server_no_context_takeover=1',
    'server_no_context_takeover; server_no_context_takeover',
    'client_max_window_bits',
    'server_max_window_bits',
    'server_max_window_bits=7',
    'client_max_window_bits=16',
    'client_max_window_bits=09',
    'client_max_window_bits=0x9',
    'client_max_window_bits=9; client_max_window_bits=9',
    'level=9',
    'toString',
    '__proto__',
    'Server_no_context_takeover',
  ])('is refused with the parameter %s', (parameter) => {
    expect(deflateTerms(`permessage-deflate; ${parameter}`)).toMatch(/^with (a wrong parameter|a Sec-.* no list)/);
  });

  test.each([
    ['permessage-deflate, permessage-deflate', 'with permessage-deflate twice'],
    ['permessage-deflate; client_max_window_bits=9, permessage-deflate', 'with permessage-deflate twice'],
    ['permessage-deflate, foo', 'with an extension that was not offered'],
    ['x-webkit-deflate-frame', 'with an extension that was not offered'],
    ['__proto__', 'with an extension that was not offered'],
    ['', expect.stringContaining('is no list')],
    [';;;', expect.stringContaining('is no list')],
    ['permessage-deflate;', expect.stringContaining('is no list')],
    ['permessage-deflate,', expect.stringContaining('is no list')],
    ['permessage-deflate; a="', expect.stringContaining('is no list')],
  ])('is refused: %s', (value, why) => {
    expect(deflateTerms(value)).toEqual(why);
  });
});
