import { describe, expect, it } from 'vitest';
import { ABSENT } from './absent.ts';
import { CAPABILITIES } from './capabilities.ts';
import { absenceList, capabilityTable, cellsIn, filesWithParts, proven, withPart } from './table.ts';

describe('the table of protocols', () => {
  it('is the one that the tests make; `npm run generate` writes it', () => {
    for (const { text, right } of filesWithParts()) expect(text).toBe(right);
  });

  it('names no cell both as tested and as not in the protocol', () => {
    const tested = proven();
    const both = Object.entries(ABSENT).flatMap(([protocol, absent]) =>
      Object.keys(absent).filter((name) => tested.has(`${protocol} ${name}`)),
    );
    expect(both).toEqual([]);
  });

  it('is made of titles that name protocols and capabilities as they are spelled here', () => {
    const cells = new Set(
      Object.keys(ABSENT).flatMap((protocol) => CAPABILITIES.map((capability) => `${protocol} ${capability}`)),
    );
    expect([...proven()].filter((name) => !cells.has(name))).toEqual([]);
  });

  it('finds the cells that a title ends with, one or several', () => {
    const source = "test('a [socket.io: connect]', run);\ntest('b (3) [centrifugo: joined, renewal]', run)";
    expect(cellsIn(source)).toEqual(['socket.io connect', 'centrifugo joined', 'centrifugo renewal']);
  });

  it('tells tested cells from those not in the protocol, and from those not tested', () => {
    const row = capabilityTable(new Set(['socket.io connect']))
      .split('\n')[2]!
      .split('|')
      .map((text) => text.trim());
    expect(row.slice(1, 5)).toEqual(['`socket.io`', 'tested', 'not tested', 'not in it']);
    expect(absenceList()).toContain('- `socket.io`, joined: ');
  });

  it('replaces the part between its comments, and fails where there is none', () => {
    expect(withPart('a\n<!-- t -->\nold\n<!-- /t -->\nb', 't', 'new')).toBe('a\n<!-- t -->\n\nnew\n\n<!-- /t -->\nb');
    expect(() => withPart('a', 't', 'new')).toThrow('no part t');
  });
});
