import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillTemplate, holesIn } from './template.ts';

describe('a template', () => {
  test.each([
    ['{"op":"do","id":"{id}"}', ['id'], '{"op":"do","id":"7-1"}'],
    ['{"a":{"b":{"c":"{id}"}}}', ['id'], '{"a":{"b":{"c":"7-1"}}}'],
    ['{"id":"{id}","raw":"{{id}}"}', ['id'], '{"id":"7-1","raw":"{id}"}'],
    ['{messages{{id}}} {id}', ['id'], '{messages{id}} 7-1'],
    ['{"a":{{}},"n":[{}],"r":"x{3}"}', [], '{"a":{{}},"n":[{}],"r":"x{3}"}'],
    ['{id}{id}', ['id', 'id'], '7-17-1'],
    ['{user.email} {other}', ['user.email', 'other'], '{user.email} {other}'],
  ])('%s has the holes %j and becomes %s', (template, holes, filled) => {
    expect(holesIn(template)).toEqual(holes);
    expect(fillTemplate(template, { id: '7-1' })).toBe(filled);
  });

  test('of any JSON without such words is sent as it is', () => {
    const words = fc.string().filter((text) => !text.includes('{'));
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, words, fc.integer(), fc.array(tie('any')), fc.dictionary(words, tie('any'))),
    })).any;
    fc.assert(
      fc.property(value, (data) => {
        const text = JSON.stringify(data) ?? '';
        expect(fillTemplate(text, { id: '7-1', token: 'T' })).toBe(text);
      }),
    );
  });

  test('does not look for holes in what is put into it', () => {
    expect(fillTemplate('<{token}>', { token: '{id}{{id}}', id: '7-1' })).toBe('<{id}{{id}}>');
  });
});
