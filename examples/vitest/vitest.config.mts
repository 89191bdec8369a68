import spanmeter from 'spanmeter/vitest';
import { defineConfig } from 'vitest/config';

// `npx vitest run` measures with this line. `npx spanmeter run -- vitest run` needs none.
export default defineConfig({
  plugins: [spanmeter()],
});
