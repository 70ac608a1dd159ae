import { defineConfig } from '@playwright/test';

/** The benchmarks: one at a time, nothing beside them. */
export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/bench',
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 15 * 60_000,
  globalTimeout: 20 * 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['../summary-reporter.ts']],
});
