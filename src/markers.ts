/** `spanmeter/markers`, for test files: it loads next to nothing, and does nothing where nobody measures. */
export { mark } from './runners/mark.js';
export type { Markers } from './runners/markers.js';
