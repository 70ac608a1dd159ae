import { defineConfig } from '@playwright/test';

/** Shared by the suite and the benchmark: finite limits, no second tries, no browser of Playwright's own. */
export default defineConfig({
  testDir: './tests',
  outputDir: './test-results/artifacts',
  // Files run side by side, the tests of one file in order: two cores carry two calls, not four.
  fullyParallel: false,
  workers: Number(process.env['WORKERS'] ?? 2),
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  globalTimeout: 30 * 60_000,
  expect: { timeout: 10_000 },
  reporter: [
    ['list'],
    ['json', { outputFile: './test-results/results.json' }],
    ['./summary-reporter.ts'],
  ],
  use: { actionTimeout: 15_000, navigationTimeout: 30_000 },
});
