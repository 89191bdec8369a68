import { defineConfig, devices } from '@playwright/test';
import monitor from 'spanmeter/playwright';

// `npx playwright test` measures with `monitor`. `npx spanmeter run -- playwright test` needs none.
export default monitor(
  defineConfig({
    use: {
      ...devices['Desktop Chrome'],
      // Playwright's own browser, or one that you have: CHROMIUM=/usr/bin/chromium
      launchOptions: { executablePath: process.env.CHROMIUM },
    },
  }),
);
