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

/** One story on one server, in the order of the files: `cargo test` in `crates/lifeboat` starts it (tests/it/dashboard.rs). */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'e2e/report',
  workers: 1,
  fullyParallel: false,
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
