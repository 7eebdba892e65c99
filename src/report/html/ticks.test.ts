import { expect, it } from 'vitest';
import type { Summary } from '../../results/summary.ts';
import { scriptedRun } from '../../testing/scripted-run.ts';
import { scriptedSummary } from '../../testing/scripted-summary.ts';
import { closeUps } from './close-ups.ts';
import { htmlReport } from './page.ts';

/** Width of a digit or letter at 12 px, and minimum gap between two labels, px. */
const CHARACTER_PX = 7;
const GAP_PX = 4;
/** Inner width of a plot: on a wide page, in half of it, and on a telephone, which hides every other label. */
const PAGE_PX = 1015;
const HALF_PX = 407;
const TELEPHONE_PX = 236;

const { summary, curves } = scriptedSummary();
const run = scriptedRun(500);
const { measurements } = run.advance(run.scenario.durationMs).progress;

/** Storms of three seconds each, so late that minutes stand before the tenths of seconds. */
const late: Summary = {
  ...summary,
  durationMs: 3_600_000,
  storms: [12.3, 754.2, 3480.7].map((seconds) => ({
    ...summary.storms[0]!,
    startMs: seconds * 1000,
    endMs: seconds * 1000 + 3000,
  })),
};

it.each([
  ['the page of a run', htmlReport({ summary, measurements, scenario: run.scenario, predicted: null })],
  ['storms at close range', closeUps(late, { offered: curves, intended: null })?.text ?? ''],
])('the labels of no axis touch: %s', (_title, page) => {
  const figures = page.split('<figure>').slice(1);
  expect(figures.length).toBeGreaterThan(2);
  for (const figure of figures) {
    const id = /aria-labelledby="(\S+)-title/.exec(figure)?.[1] ?? '';
    const axis = /<div class="x"[^>]*>(.*?)<\/div>/s.exec(figure)?.[1] ?? '';
    const labels = [...axis.matchAll(/left:([\d.]+)%">([^<]*)</g)].map(([, at, text = '']) => ({
      at: Number(at),
      text,
    }));
    const half = /^(state|storm|histogram)-/.test(id);
    expect([id, touching(labels, half ? HALF_PX : PAGE_PX)]).toEqual([id, []]);
    const shown = labels.filter((_, index) => index % 2 === 0);
    expect([id, touching(shown, TELEPHONE_PX)]).toEqual([id, []]);
  }
});

interface Label {
  /** percent of the plot's width */
  readonly at: number;
  readonly text: string;
}

function touching(labels: readonly Label[], widthPx: number): readonly string[] {
  return labels.slice(1).flatMap((label, index) => {
    const before = labels[index]!;
    const apartPx = ((label.at - before.at) / 100) * widthPx;
    const neededPx = ((label.text.length + before.text.length) / 2) * CHARACTER_PX + GAP_PX;
    return apartPx < neededPx ? [`${before.text} ${label.text}`] : [];
  });
}
