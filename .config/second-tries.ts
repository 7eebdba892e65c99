import type { Reporter, TestModule } from 'vitest/node';

/** Lists at the end of a run the tests that failed and passed when they were repeated: their failures are defects all the same. */
export class SecondTries implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const flaky = modules
      .flatMap((module) => [...module.children.allTests()])
      .filter((test) => test.diagnostic()?.flaky);
    if (flaky.length === 0) return;
    const lines = flaky.flatMap((test) => [
      `  ${test.module.relativeModuleId} > ${test.fullName}`,
      ...(test.result().errors ?? []).map(({ message }) => `    ${message.split('\n', 1)[0]}`),
    ]);
    process.stdout.write(
      `\n FLAKY  Tests that passed at their second try only: ${flaky.length}\n${lines.join('\n')}\n`,
    );
  }
}
