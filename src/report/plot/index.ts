export { components } from './components.js';
export { history } from './history.js';
export { items } from './items.js';
export type { Picture, PictureOptions } from './picture.js';
export { scatter } from './scatter.js';
export { timeline } from './timeline.js';
