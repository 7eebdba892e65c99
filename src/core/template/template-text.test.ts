import { describe, expect, it } from 'vitest';
import { Rejection } from '../codec/reject.ts';
import { templateText } from './template-text.ts';

const codec = templateText({
  holes: ['client', 'user', 'env'],
  required: ['client'],
  maxChars: 40,
  example: 'load-{client}@example.com',
});

function refused(input: unknown): string {
  const read = codec.read(input);
  return read instanceof Rejection ? read.message : '';
}

describe('templateText', () => {
  it('reads text with the holes of its place, and prints the text as written', () => {
    const text = '{{client}}-{client}-{user.e-mail}-{env.KEY}';
    expect(codec.print(templateText({ holes: ['client', 'user', 'env'], maxChars: 99, example: '' }).parse(text))).toBe(
      text,
    );
  });

  it.each([
    ['{client}{tokn}', 'unknown hole ("{tokn}") — the holes here are {client}, {user.COLUMN}, {env.NAME}'],
    ['{client}{token}', 'no value at this place ("{token}") — the holes here are {client}'],
    ['all the same', 'without {client} ("all the same") — write text such as load-{client}@example.com'],
    ['{client}\n', 'not allowed here'],
    [`{client}${'x'.repeat(40)}`, 'longer than 40 characters'],
    [7, 'not text (7)'],
  ])('refuses %s', (text, message) => {
    expect(refused(text)).toContain(message);
  });
});
