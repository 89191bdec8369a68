// One state, whether Mocha requires or imports it.
import './plugin.js';
