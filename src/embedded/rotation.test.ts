import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Rotations } from './rotation.ts';

const use = (rotations: Rotations, generation: number, session = 0) =>
  rotations.use({ client: 0, session, generation });

it('a client that always uses its newest token goes on for ever', () => {
  const rotations = new Rotations('grace');
  for (let generation = 0; generation < 100; generation++) {
    expect(use(rotations, generation)).toEqual({ ok: true, generation: generation + 1 });
  }
});

it('a client may lose any number of responses and still go on with the token that it has', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 100 }), (lost) => {
      const rotations = new Rotations('grace');
      let held = 0;
      for (const isLost of lost) {
        const rotation = use(rotations, held);
        expect(rotation).toEqual({ ok: true, generation: held + 1 });
        if (!isLost) held += 1;
      }
    }),
  );
});

it('a token older than the one before the newest ends the session, for thief and owner alike', () => {
  const rotations = new Rotations('grace');
  use(rotations, 0);
  use(rotations, 1);
  expect(use(rotations, 0)).toEqual({ ok: false, why: 'reuse' });
  for (const generation of [0, 1, 2]) expect(use(rotations, generation)).toEqual({ ok: false, why: 'revoked' });
});

it('ends the one session and no other', () => {
  const rotations = new Rotations('grace');
  for (const session of [1, 2]) for (const generation of [0, 1]) use(rotations, generation, session);
  use(rotations, 0, 1);
  expect(use(rotations, 2, 1).ok).toBe(false);
  expect(use(rotations, 2, 2).ok).toBe(true);
});

it('after a restart believes any generation at first sight, and still allows for a lost response', () => {
  const rotations = new Rotations('grace');
  expect(use(rotations, 41)).toEqual({ ok: true, generation: 42 });
  expect(use(rotations, 41)).toEqual({ ok: true, generation: 42 });
  expect(use(rotations, 42)).toEqual({ ok: true, generation: 43 });
});

it('after a restart finds out that the token it believed was an old one, when the owner comes', () => {
  const rotations = new Rotations('grace');
  use(rotations, 3);
  expect(use(rotations, 9)).toEqual({ ok: false, why: 'reuse' });
});

it('strict: a client that lost a response is taken for a thief', () => {
  const rotations = new Rotations('strict');
  expect(use(rotations, 0)).toEqual({ ok: true, generation: 1 });
  expect(use(rotations, 1)).toEqual({ ok: true, generation: 2 });
  expect(use(rotations, 1)).toEqual({ ok: false, why: 'reuse' });
  expect(use(rotations, 2)).toEqual({ ok: false, why: 'revoked' });
});

it('off: any token that was ever issued is good for the next', () => {
  const rotations = new Rotations('off');
  for (const generation of [0, 1, 2, 0, 0, 1])
    expect(use(rotations, generation)).toEqual({ ok: true, generation: generation + 1 });
});
