import { describe, expect, test } from 'vitest';
import { DARK, LIGHT, type Palette } from './palette.ts';
import { DASHES } from './style.ts';

/** WCAG 2.2, success criteria 1.4.3 and 1.4.11. */
const TEXT_CONTRAST = 4.5;
const LINE_CONTRAST = 3;

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('the colours of a %s page', (_name, palette) => {
  test.each(['text', 'quiet', 'good', 'bad', 'doubt', 'faultEdge'] as const)('%s can be read as text', (name) => {
    for (const ground of [palette.page, palette.panel]) {
      expect(contrast(palette[name], ground)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
    }
  });

  test('every line has enough contrast to the page and to shaded areas', () => {
    for (const colour of linesOf(palette)) {
      for (const ground of [palette.page, palette.fault]) {
        expect(contrast(colour, ground), `${colour} on ${ground}`).toBeGreaterThanOrEqual(LINE_CONTRAST);
      }
    }
  });
});

test('lines that share a plot differ without colours', () => {
  expect(new Set(DASHES).size).toBe(LIGHT.lines.length);
});

function linesOf({ lines, measured, predicted, bad, faultEdge }: Palette): readonly string[] {
  return [...lines, measured, predicted, bad, faultEdge];
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** Relative luminance, as WCAG defines it. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
