import { describe, expect, test } from 'vitest';
import { RunFailed } from './run-failed.ts';
import { failureOf } from './failure.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: too many open files`), { code });
}

describe('a shortage of this machine is no defect in squall', () => {
  test.each([
    [
      systemError('EMFILE'),
      /^squall: this process can open no more files \(EMFILE\): raise the limit, .*`ulimit -n 4096`$/,
    ],
    [systemError('ENFILE'), /^squall: this machine can open no more files \(ENFILE\)/],
    [
      new RangeError('WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance'),
      /^squall: this machine gives squall no more memory \(WebAssembly\.Instance\(\)/,
    ],
    [
      Object.assign(new Error('unreachable'), { name: 'RuntimeError' }),
      /^squall: this machine gives squall no more memory \(unreachable\)/,
    ],
    [new RangeError('Array buffer allocation failed'), /^squall: this machine gives squall no more memory/],
    [
      Object.assign(new Error('Worker terminated due to reaching memory limit'), { code: 'ERR_WORKER_OUT_OF_MEMORY' }),
      /^squall: this machine gives squall no more memory/,
    ],
  ])('%s', (error, message) => {
    const failure = failureOf(error);
    expect(failure.message).toMatch(message);
    expect(failure.code).toBe(4);
  });

  test('of a run that had begun, the folder is named too', () => {
    const { message, code } = failureOf(new RunFailed('results/x', systemError('EMFILE')));
    expect(message).toMatch(/EMFILE.*\nWhat was measured until then: squall report results\/x$/);
    expect(code).toBe(4);
  });
});
