import { describe, expect, it } from 'vitest';
import { examplesIn } from './readme-examples.ts';

const block = (info: string, ...lines: string[]) => ['Text.', '```' + info, ...lines, '```', 'Text.', ''].join('\n');

describe('the examples of a README', () => {
  it('are the commands in its sh blocks, each with the line at which its block begins', () => {
    const text = block('sh', 'squall --version', '', '# a comment', 'squall doctor') + block('sh', 'squall init');
    expect(examplesIn(text)).toEqual([
      { line: 2, command: 'squall --version', exitCode: 0 },
      { line: 2, command: 'squall doctor', exitCode: 0 },
      { line: 10, command: 'squall init', exitCode: 0 },
    ]);
  });

  it('exit with 0 unless a comment says otherwise', () => {
    const [example] = examplesIn(block('sh', 'squall run cliff.yaml   # exit 1'));
    expect(example).toMatchObject({ command: 'squall run cliff.yaml', exitCode: 1 });
  });

  it('keep any other comment, which the shell skips', () => {
    const [example] = examplesIn(block('sh', 'squall doctor  # what fits here?'));
    expect(example).toMatchObject({ command: 'squall doctor  # what fits here?', exitCode: 0 });
  });

  it('continue after a backslash', () => {
    const [example] = examplesIn(block('sh', 'squall run a.yaml \\', '  --seed 7'));
    expect(example?.command).toBe('squall run a.yaml --seed 7');
  });

  it.each(['yaml', 'shell', '', 'sh no-run'])('leave out a block marked "%s"', (info) => {
    expect(examplesIn(block(info, 'name: cliff'))).toEqual([]);
  });

  it('may not have an unknown marker', () => {
    expect(() => examplesIn(block('sh norun', 'squall init'))).toThrow('line 2: "sh norun" is no kind of block');
  });
});
