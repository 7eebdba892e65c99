import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ReuseDetection } from '../core/server/rotation.ts';
import * as embedded from '../embedded/rotation.ts';
import { Rotations } from './rotations.ts';

it.each<ReuseDetection>(['strict', 'grace', 'off'])(
  'with reuse detection %s the model treats honest clients that lose answers as the embedded token service does',
  (detection) => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 50 }), (lost) => {
        const model = new Rotations(detection, 1);
        const service = new embedded.Rotations(detection);
        let generation = 0;
        for (const isLost of lost) {
          const rotation = service.use({ client: 0, session: 0, generation });
          expect(model.use(0)).toBe(rotation.ok);
          if (isLost) model.answerLost(0);
          else if (rotation.ok) ({ generation } = rotation);
        }
        expect(model.reused).toBe(detection === 'strict' && lost.slice(0, -1).includes(true) ? 1 : 0);
      }),
    );
  },
);
