import { expect, onTestFinished, test, vi } from 'vitest';
import { ResidentMemory } from './resident-memory.ts';

test('the last figure stands while no descriptor is free to read another', () => {
  const rss = vi.spyOn(process.memoryUsage, 'rss').mockReturnValue(7);
  onTestFinished(() => rss.mockRestore());
  const memory = new ResidentMemory();
  expect(memory.bytes).toBe(7);
  rss.mockImplementation(() => {
    throw new Error('EMFILE: too many open files, uv_resident_set_memory');
  });
  expect(memory.bytes).toBe(7);
});
