import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Rotations } from './rotation.ts';

const use = (rotations: Rotations, generation: number, session = 0) =>
  rotations.use({ client: 0, session, generation });

it('a client that always uses its newest token is never refused', () => {
  const rotations = new Rotations('grace');
  for (let generation = 0; generation < 100; generation++) {
    expect(use(rotations, generation)).toEqual({ ok: true, generation: generation + 1 });
  }
});

it('a client may lose any number of responses and still use its token', () => {
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

it('a token older than the one before the newest ends the session for thief and owner', () => {
  const rotations = new Rotations('grace');
  use(rotations, 0);
  use(rotations, 1);
  expect(use(rotations, 0)).toEqual({ ok: false, why: 'reuse' });
  for (const generation of [0, 1, 2]) expect(use(rotations, generation)).toEqual({ ok: false, why: 'revoked' });
});

it('reuse ends its own session and no other', () => {
  const rotations = new Rotations('grace');
  for (const session of [1, 2]) for (const generation of [0, 1]) use(rotations, generation, session);
  use(rotations, 0, 1);
  expect(use(rotations, 2, 1).ok).toBe(false);
  expect(use(rotations, 2, 2).ok).toBe(true);
});

it('after a restart accepts any generation at first, and allows for a lost response', () => {
  const rotations = new Rotations('grace');
  expect(use(rotations, 41)).toEqual({ ok: true, generation: 42 });
  expect(use(rotations, 41)).toEqual({ ok: true, generation: 42 });
  expect(use(rotations, 42)).toEqual({ ok: true, generation: 43 });
});

it("after a restart detects an old token that it accepted by the owner's next use", () => {
  const rotations = new Rotations('grace');
  use(rotations, 3);
  expect(use(rotations, 9)).toEqual({ ok: false, why: 'reuse' });
});

it('strict: a client that lost a response counts as a thief', () => {
  const rotations = new Rotations('strict');
  expect(use(rotations, 0)).toEqual({ ok: true, generation: 1 });
  expect(use(rotations, 1)).toEqual({ ok: true, generation: 2 });
  expect(use(rotations, 1)).toEqual({ ok: false, why: 'reuse' });
  expect(use(rotations, 2)).toEqual({ ok: false, why: 'revoked' });
});

it('off: any issued token gives the next one', () => {
  const rotations = new Rotations('off');
  for (const generation of [0, 1, 2, 0, 0, 1])
    expect(use(rotations, generation)).toEqual({ ok: true, generation: generation + 1 });
});
