import { element, textElement } from '../xml.ts';

/** What a test case holds when it did not pass: one failure, or one error where nothing was proven. */
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
  /** when it began, as ISO 8601 has it */
  readonly startedAt: string;
  readonly seconds: number;
  readonly properties: Readonly<Record<string, string | number>>;
  /** lines for people */
  readonly output?: readonly string[];
  readonly cases: readonly TestCase[];
}

/** @param open nothing was proven: an error, where a failure says that something did not hold */
export function mishapOf(open: boolean, type: string, message: string): Mishap {
  return { element: open ? 'error' : 'failure', type, message };
}

/** JUnit XML, in what the schemas in use have in common. */
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
      // The strictest of the schemas takes a time without fraction and zone.
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
