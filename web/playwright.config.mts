import { defineConfig } from '@playwright/test';

/** Debian's Chromium, and nothing that it would ask of the network by itself. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * `cargo test` in `crates/lifeboat` starts the servers (tests/it/dashboard.rs). The numbered files are one story on one of them,
 * in their order; the demo and the full server are looked at beside it.
 */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'e2e/report',
  workers: 2,
  fullyParallel: false,
  projects: [
    { name: 'story', testMatch: /\d-.*\.spec\.mts/, workers: 1 },
    { name: 'beside', testMatch: /(demo|full)\.spec\.mts/, workers: 1 },
  ],
  maxFailures: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: QUIET },
    trace: 'retain-on-failure',
  },
});
