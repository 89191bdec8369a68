// One state, whether it is imported or required: the CommonJS build is the only one.
export { monitor } from './monitor.js';
export type { MitataModule, TinybenchBench, TinybenchResult, TinybenchTask } from './monitor.js';
