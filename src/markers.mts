// One state, whether it is imported or required.
export { mark } from './markers.js';
export type { Markers } from './markers.js';
