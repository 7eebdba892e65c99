import type { Summary } from '../results/summary.ts';
import { reasonsBeside } from './reasons.ts';
import { element, textElement } from './xml.ts';

type Threshold = Summary['thresholds'][number];

/** What a test case holds when it did not pass: none, one failure or one error. */
interface Mishap {
  readonly element: 'failure' | 'error';
  readonly type: string;
  readonly message: string;
}

interface TestCase {
  readonly name: string;
  readonly seconds: number;
  readonly mishap: Mishap | null;
}

/**
 * The run as JUnit XML, in what the schemas in use have in common: a suite for the run; in it a test case for the run
 * itself, then one for each threshold. A threshold that does not hold is a failure. What left it open (no data, a
 * generator that was saturated, a fault that missed) is an error, and so is every failure of a run that proves nothing.
 */
export function junitReport(summary: Summary): string {
  const { scenario, durationMs, startedAt } = summary;
  const cases = [runCase(summary), ...summary.thresholds.map((threshold) => thresholdCase(threshold, summary))];
  const seconds = secondsText(durationMs / 1000);
  const suite = element(
    'testsuite',
    {
      name: scenario,
      package: 'squall',
      id: 0,
      // The strictest of the schemas takes a time without fraction and zone.
      timestamp: startedAt.slice(0, 'YYYY-MM-DDThh:mm:ss'.length),
      hostname: 'localhost',
      tests: cases.length,
      failures: cases.filter(({ mishap }) => mishap?.element === 'failure').length,
      errors: cases.filter(({ mishap }) => mishap?.element === 'error').length,
      time: seconds,
    },
    [
      ...element('properties', {}, propertyLines(summary)),
      ...cases.flatMap((each) => caseLines(each, scenario)),
      '<system-out/>',
      '<system-err/>',
    ],
  );
  return `${['<?xml version="1.0" encoding="UTF-8"?>', ...element('testsuites', {}, suite)].join('\n')}\n`;
}

function propertyLines({ squall, seed, world, verdict, ended }: Summary): readonly string[] {
  const properties = { squall, seed, world, verdict, ended };
  return Object.entries(properties).flatMap(([name, value]) => element('property', { name, value }));
}

/** Whether the run proves anything at all. */
function runCase(summary: Summary): TestCase {
  const { verdict, durationMs } = summary;
  const message = reasonsBeside(summary).join('; ');
  return {
    name: 'the run',
    seconds: durationMs / 1000,
    mishap: message === '' ? null : mishapOf(verdict === 'inconclusive', verdict, message),
  };
}

function thresholdCase({ expression, ok, text }: Threshold, { verdict }: Summary): TestCase {
  const open = ok === null || verdict === 'inconclusive';
  const type = ok === null ? 'no data' : verdict;
  return { name: expression, seconds: 0, mishap: ok === true ? null : mishapOf(open, type, `${expression}: ${text}`) };
}

function mishapOf(open: boolean, type: string, message: string): Mishap {
  return { element: open ? 'error' : 'failure', type, message };
}

function caseLines({ name, seconds, mishap }: TestCase, scenario: string): readonly string[] {
  const attributes = { name, classname: `squall.${scenario}`, time: secondsText(seconds) };
  if (mishap === null) return element('testcase', attributes);
  const { type, message } = mishap;
  return element('testcase', attributes, [textElement(mishap.element, { type, message }, message)]);
}

function secondsText(seconds: number): string {
  return seconds.toFixed(3);
}
