/** What Jest says of tests, suites and files, in our words. */
import type { Status } from '../../model/records.js';
import type { Block, State, Test } from './jest.js';

/** Of a body that has just ended, before the hooks after it. `test.failing` turns it round. */
export function bodyStatus({ failing = false }: Test, threw: boolean): Status {
  return threw === failing ? 'passed' : 'failed';
}

/** As Jest will report it, once it is done. */
export function testStatus({ status, errors }: Test): Status {
  if (status === 'skip' || status === 'todo') return 'skipped';
  return errors.length > 0 ? 'failed' : 'passed';
}

/** @param broken suites with a failed hook that no test is told of */
export function suiteStatus(suite: Block, broken: ReadonlySet<Block>): Status {
  if (broken.has(suite)) return 'failed';
  const inside = suite.children.map((child) => (child.type === 'test' ? testStatus(child) : suiteStatus(child, broken)));
  if (inside.includes('failed')) return 'failed';
  return inside.includes('passed') ? 'passed' : 'skipped';
}

/** Jest fails a file without tests. */
export function fileStatus({ rootDescribeBlock, unhandledErrors }: State, broken: ReadonlySet<Block>): Status {
  return unhandledErrors.length > 0 || rootDescribeBlock.children.length === 0 ? 'failed' : suiteStatus(rootDescribeBlock, broken);
}
