import type { FullResult, Reporter, Suite } from '@playwright/test/reporter';

/** Prints one plain last line, `N passed, N failed`, that a script can read. */
export default class SummaryReporter implements Reporter {
  private root: Suite | undefined;

  onBegin(_config: unknown, suite: Suite): void {
    this.root = suite;
  }

  onEnd(result: FullResult): void {
    let passed = 0;
    let failed = 0;
    let skipped = 0;
    for (const test of this.root?.allTests() ?? []) {
      const outcome = test.outcome();
      if (outcome === 'expected') passed += 1;
      else if (outcome === 'skipped') skipped += 1;
      else failed += 1;
    }
    const parts = [`${passed} passed`, `${failed} failed`];
    if (skipped > 0) parts.push(`${skipped} skipped`);
    if (result.status === 'timedout' || result.status === 'interrupted') parts.push(result.status);
    console.log(parts.join(', '));
  }

  printsToStdio(): boolean {
    return true;
  }
}
