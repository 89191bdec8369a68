/** The same for import: one state, whichever way it is loaded. */
export { matchers } from './index.js';
export type { MatcherResult, SpanmeterMatchers } from './index.js';
