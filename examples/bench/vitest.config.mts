import spanmeter from 'spanmeter/vitest';
import { defineConfig } from 'vitest/config';

// `npx vitest bench --run` measures with this line. `npx spanmeter run -- vitest bench --run` needs none.
export default defineConfig({
  plugins: [spanmeter()],
});
