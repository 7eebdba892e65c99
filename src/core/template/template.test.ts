import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fill,
  holesOf,
  inJson,
  inUrl,
  readTemplate,
  showHole,
  templateOf,
  withEnvironment,
  type Template,
} from './template.ts';

function template(text: string): Template {
  const read = readTemplate(text);
  if ('unknownHole' in read) throw new Error(read.unknownHole);
  return read;
}

describe('readTemplate', () => {
  it('leaves JSON as it is and finds holes in it', () => {
    const read = template('{"op":{"do":1},"id":"{id}","raw":"{{id}}","n":{seq},"to":"{user.e-mail}"}');
    expect(holesOf(read).map(showHole)).toEqual(['{id}', '{seq}', '{user.e-mail}']);
    expect(fill(read, { client: 7, seq: 2, user: { 'e-mail': 'a"b' } }, inJson)).toBe(
      '{"op":{"do":1},"id":"7-2","raw":"{id}","n":2,"to":"a\\"b"}',
    );
  });

  it.each(['{tokn}', '{user}', '{user.}', '{cookie}', '{constructor}', '{env}'])('refuses %s', (text) => {
    expect(readTemplate(text)).toHaveProperty('unknownHole');
  });

  it('keeps text without holes for any text, and fills nothing from prototypes', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/[{}]/.test(text)),
        (text) => fill(template(text), { client: 0 }) === text,
      ),
    );
    expect(fill(template('{user.constructor}{user.toString}'), { client: 0, user: {} })).toBe('');
  });
});

describe('fill', () => {
  it('escapes values and not the text around them', () => {
    expect(fill(template('/ws?a=b&t={user.t}'), { client: 0, user: { t: 'x&y=z' } }, inUrl)).toBe(
      '/ws?a=b&t=x%26y%3Dz',
    );
  });

  it('writes any value into a URL, also half of a surrogate pair', () => {
    expect(inUrl('a\ud800ö')).toBe('a%EF%BF%BD%C3%B6');
  });
});

describe('templateOf', () => {
  it('writes a text that is read into the same slots', () => {
    const piece = fc.constantFrom('{', '}', 'a', '{a}', '{client}', '{user.x}', '/');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const read = readTemplate(pieces.join(''));
        if ('unknownHole' in read) return;
        expect(template(templateOf(read.slots).text).slots).toEqual(read.slots);
      }),
      { examples: [[['{', '{a}', '}']], [['{', '{', '{a}', '}', '}']]] },
    );
  });
});

describe('inUrl', () => {
  it('escapes any text, half characters included', () => {
    expect(inUrl('a/\ud800€')).toBe('a%2F%EF%BF%BD%E2%82%AC');
  });
});

describe('withEnvironment', () => {
  it('puts variables in for good, and names one that is not set', () => {
    const bound = withEnvironment(template('{env.KEY}-{client}'), (name) => (name === 'KEY' ? 's{client}' : undefined));
    if ('unset' in bound) throw new Error(bound.unset);
    expect(fill(bound, { client: 3 })).toBe('s{client}-3');
    expect(withEnvironment(template('{env.NO}'), () => undefined)).toEqual({ unset: 'NO' });
  });
});
