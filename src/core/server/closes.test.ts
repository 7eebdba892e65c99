import { expect, it } from 'vitest';
import { CLOSE } from './closes.ts';

it.each(Object.values(CLOSE))('the reason of $code fits a close frame and is JSON with an advice: $reason', (close) => {
  expect(new TextEncoder().encode(close.reason).length).toBeLessThanOrEqual(123);
  expect(close.reason).toMatch(/^\{"code":"[a-z-]+","advice":"(retry|refresh|login|stop)"\}$/);
  expect((JSON.parse(close.reason) as { advice: string }).advice).toBe(close.advice);
});
