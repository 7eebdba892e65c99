import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFrame } from './frames.ts';

describe('reading a frame', () => {
  it.each([
    ['{"type":"authenticate","token":"abc"}', { type: 'authenticate', token: 'abc' }],
    ['{"type":"command","id":"3-14","more":1}', { type: 'command', id: '3-14', client: 3, seq: 14 }],
    ['{"type":"command","id":"0-4294967295"}', { type: 'command', id: '0-4294967295', client: 0, seq: 4294967295 }],
  ])('understands %s', (text, frame) => {
    expect(readFrame(text)).toEqual(frame);
  });

  it.each([
    '',
    'null',
    '[]',
    '7',
    '{',
    '{"type":"authenticate"}',
    '{"type":"authenticate","token":1}',
    '{"type":"command","id":"3"}',
    '{"type":"command","id":"3-4294967296"}',
    '{"type":"command","id":"-1-3"}',
    '{"type":"command","id":["3-1"]}',
    '{"type":"other"}',
    '{"__proto__":{"type":"authenticate","token":"abc"}}',
  ])('takes %s for no frame', (text) => {
    expect(readFrame(text)).toBeUndefined();
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(['undefined', 'object']).toContain(typeof readFrame(text));
      }),
    );
  });
});
