import { element, textElement } from '../xml.ts';

/** The result of a test case that did not pass: a failure, or an error for an inconclusive one. */
interface Mishap {
  readonly element: 'failure' | 'error';
  readonly type: string;
  readonly message: string;
}

export interface TestCase {
  readonly name: string;
  readonly seconds: number;
  readonly mishap: Mishap | 'skipped' | null;
}

export interface Suite {
  readonly name: string;
  /** start in ISO 8601 */
  readonly startedAt: string;
  readonly seconds: number;
  readonly properties: Readonly<Record<string, string | number>>;
  /** lines of text for `system-out` */
  readonly output?: readonly string[];
  readonly cases: readonly TestCase[];
}

/** @param open true for an inconclusive result, which is an error instead of a failure */
export function mishapOf(open: boolean, type: string, message: string): Mishap {
  return { element: open ? 'error' : 'failure', type, message };
}

/** JUnit XML within the common subset of the schemas in use. */
export function junitXml(suites: readonly Suite[]): string {
  return `${['<?xml version="1.0" encoding="UTF-8"?>', ...element('testsuites', {}, suites.flatMap(suiteLines))].join('\n')}\n`;
}

function suiteLines(
  { name, startedAt, seconds, properties, output = [], cases }: Suite,
  id: number,
): readonly string[] {
  const counted = (kind: string): number => cases.filter(({ mishap }) => kindOf(mishap) === kind).length;
  const skipped = counted('skipped');
  return element(
    'testsuite',
    {
      name,
      package: 'squall',
      id,
      // The strictest schema allows only times without fraction and zone.
      timestamp: startedAt.slice(0, 'YYYY-MM-DDThh:mm:ss'.length),
      hostname: 'localhost',
      tests: cases.length,
      failures: counted('failure'),
      errors: counted('error'),
      skipped: skipped === 0 ? null : skipped,
      time: secondsText(seconds),
    },
    [
      ...element('properties', {}, Object.entries(properties).flatMap(propertyLines)),
      ...cases.flatMap((each) => caseLines(each, name)),
      output.length === 0 ? '<system-out/>' : textElement('system-out', {}, output.join('; ')),
      '<system-err/>',
    ],
  );
}

function propertyLines([name, value]: readonly [string, string | number]): readonly string[] {
  return element('property', { name, value });
}

function kindOf(mishap: TestCase['mishap']): string | null {
  return mishap === null || mishap === 'skipped' ? mishap : mishap.element;
}

function caseLines({ name, seconds, mishap }: TestCase, suite: string): readonly string[] {
  const attributes = { name, classname: `squall.${suite}`, time: secondsText(seconds) };
  if (mishap === null) return element('testcase', attributes);
  if (mishap === 'skipped') return element('testcase', attributes, ['<skipped/>']);
  const { type, message } = mishap;
  return element('testcase', attributes, [textElement(mishap.element, { type, message }, message)]);
}

function secondsText(seconds: number): string {
  return seconds.toFixed(3);
}
