/** A real Chromium for tests of pages. One for all tests of a file; it ends with them. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { PACKAGE } from './script.js';

const TOOLS = join(PACKAGE, 'test/tools/playwright/node_modules');

/** As far as tests use it. */
export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate<T>(script: string): Promise<T>;
  click(selector: string): Promise<void>;
  fill(selector: string, text: string): Promise<void>;
  selectOption(selector: string, value: string): Promise<unknown>;
  press(selector: string, key: string): Promise<void>;
  emulateMedia(options: object): Promise<void>;
  textContent(selector: string): Promise<string | null>;
  isVisible(selector: string): Promise<boolean>;
  waitForSelector(selector: string): Promise<unknown>;
  on(event: 'console', listener: (message: { type(): string; text(): string }) => void): void;
  on(event: 'pageerror', listener: (error: Error) => void): void;
  on(event: 'request', listener: (request: { url(): string }) => void): void;
}

interface Context {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

interface Browser {
  newContext(options: object): Promise<Context>;
  close(): Promise<void>;
}

export interface Opened {
  readonly page: Page;
  /** What a console showed, errors that nobody caught, and every request. */
  readonly said: readonly string[];
  readonly requests: readonly string[];
}

/** Called at the top of a file. @returns what opens a URL in a window of its own */
export function chromium(): (url: string, options?: object) => Promise<Opened> {
  let browser: Browser;
  beforeAll(async () => {
    const { default: binary } = (await import(join(TOOLS, '@sparticuz/chromium/build/esm/index.js'))) as {
      default: { executablePath(): Promise<string> };
    };
    const { chromium: driver } = createRequire(join(TOOLS, 'x'))('@playwright/test') as {
      chromium: { launch(options: object): Promise<Browser> };
    };
    browser = await driver.launch({ executablePath: await binary.executablePath(), args: ['--no-sandbox'] });
  }, 120_000);
  afterAll(() => browser.close());

  return async (url, options = {}) => {
    const page = await (await browser.newContext(options)).newPage();
    const [said, requests] = [[], []] as [string[], string[]];
    page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(url);
    return { page, said, requests };
  };
}
