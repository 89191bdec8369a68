/** The item of a test, and its status: from what a worker and the main process know of it alike. */
import type { Status } from '../../model/records.js';
import type { ItemInput } from '../../recorder/index.js';
import { markedItem, mergeMarkers, type Markers } from '../markers.js';
import type { Annotation, TestStatus } from './types.js';

export interface TestFacts {
  readonly project: string;
  /** Absolute. */
  readonly file: string;
  /** The suites and the title. */
  readonly titles: readonly string[];
  readonly annotations: readonly Annotation[];
}

/** No ordinal: Playwright refuses two tests of one title. @returns undefined for one that is to be left out */
export function itemOf({ project, file, titles, annotations }: TestFacts): ItemInput | undefined {
  const markers = annotations.reduce<Markers | undefined>((above, each) => mergeMarkers(above, markerOf(each)), undefined);
  if (markers?.skip === true) return undefined;
  const item = { kind: 'test', project, file, describe: titles.slice(0, -1), name: titles[titles.length - 1] ?? '' } as const;
  return { ...item, ...markedItem(markers) };
}

/** `{ type: 'spanmeter.component', description: 'billing' }`, `spanmeter.tag` with `name=value` or a name, `spanmeter.skip`. */
function markerOf({ type, description = '' }: Annotation): Markers | undefined {
  if (type === 'spanmeter.component') return { component: description };
  if (type === 'spanmeter.skip') return { skip: true };
  if (type !== 'spanmeter.tag') return undefined;
  const equals = description.indexOf('=');
  return { tags: equals < 0 ? { [description]: true } : { [description.slice(0, equals)]: description.slice(equals + 1) } };
}

/** `test.fail()` expects a failure: one that comes is a success. */
export function statusOf(status: TestStatus | undefined, expected: TestStatus): Status {
  if (status === 'skipped' || status === 'interrupted') return status;
  return status === expected ? 'passed' : 'failed';
}
