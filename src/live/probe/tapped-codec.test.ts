import { expect, test } from 'vitest';
import { codecFor } from '../../protocols/decoded.test.helper.ts';
import { newInbound } from '../../protocols/inbound.ts';
import { newView } from '../../protocols/registry.ts';
import { Dialogue } from './dialogue.ts';
import { Follower } from './follower.ts';
import { TappedCodec } from './tapped-codec.ts';

const JOIN = '4000000002';

/** What a probe of a Phoenix server shows of the answers to its join. */
function shown(answers: readonly (readonly unknown[])[]): { texts: string[]; clues: number } {
  const dialogue = new Dialogue();
  const follower = new Follower(dialogue, () => {});
  const codec = new TappedCodec(codecFor('phoenix', { carrier: 'query' }), follower);
  const view = newView(0);
  codec.join(view);
  for (const answer of answers) codec.decode(Buffer.from(JSON.stringify(answer)), false, view, newInbound(), 0);
  const texts = dialogue.lines.filter(({ by }) => by === 'squall').map(({ text }) => text);
  return { texts, clues: follower.clues.length };
}

const reply = (status: string): readonly unknown[] => [JOIN, JOIN, 'room:lobby', 'phx_reply', { status, response: {} }];

test('a refused join is shown as one, and is a clue', () => {
  expect(shown([reply('error')])).toEqual({
    texts: ['taken as: the join is refused (join-refused), advice retry'],
    clues: 1,
  });
});

test('a channel that ends is shown as one', () => {
  const { texts } = shown([reply('ok'), [JOIN, null, 'room:lobby', 'phx_close', {}]]);
  expect(texts.at(-1)).toBe('taken as: the channel has ended (channel-lost), advice stop');
});
