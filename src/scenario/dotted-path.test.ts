import { expect, it } from 'vitest';
import { oneOf } from '../core/codec/choice.ts';
import { object, table } from '../core/codec/object.ts';
import { count, text } from '../core/codec/scalars.ts';
import { pathOf } from './dotted-path.ts';

const number = count({ min: 0, max: 9 });
const codec = object({
  library: oneOf(object({ 'socket.io': object({ path: number }) }), object({ json: object({ path: number }) })),
  paths: table(text({ maxChars: 9, right: '' }), number, ''),
});

it.each([
  ['library.socket.io.path', ['library', 'socket.io', 'path']],
  ['library.socket.io', ['library', 'socket.io']],
  ['library.socket.path', ['library', 'socket', 'path']],
  ['library.json.path', ['library', 'json', 'path']],
  ['paths.socket.io', ['paths', 'socket', 'io']],
  ['nothing.socket.io', ['nothing', 'socket', 'io']],
  ['', ['']],
])('%j has the keys %j', (dotted, keys) => {
  expect(pathOf(dotted, codec)).toEqual(keys);
});
