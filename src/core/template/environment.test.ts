import { expect, it } from 'vitest';
import { Environment } from './environment.ts';
import { fill, inJson, readTemplate, type Template } from './template.ts';

const template = (text: string): Template => {
  const read = readTemplate(text);
  if ('unknownHole' in read) throw new Error(read.unknownHole);
  return read;
};

it('puts values in, remembers them as secrets, and collects all variables that are not set', () => {
  const environment = new Environment((name) => (name === 'KEY' ? 'a"b' : undefined));
  const bound = environment.bind(template('{env.KEY} {client}'), 'target.headers.X', inJson);
  expect(fill(bound, { client: 7 })).toBe('a\\"b 7');
  environment.bind(template('{env.A}{env.B}'), 'users');
  expect([...environment.used]).toEqual(['a"b']);
  expect(environment.unset).toEqual([
    { path: 'users', name: 'A' },
    { path: 'users', name: 'B' },
  ]);
});
