import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The rooms under src/ and what each may import. Arrows point down only; a room that is not named here may import nothing.
 * What runs in a test worker (recorder, collector, context, model) must stay small: nothing there may reach the owner's side.
 */
const ARROWS = {
  cli: ['server', 'journal', 'runners', 'session', 'report', 'analysis', 'client', 'store', 'recorder', 'collector', 'context', 'model'],
  server: ['report', 'analysis', 'client', 'store', 'journal', 'model'],
  runners: ['session', 'recorder', 'report', 'collector', 'context', 'model'],
  session: ['report', 'analysis', 'store', 'recorder', 'collector', 'context', 'journal', 'model'],
  report: ['analysis', 'client', 'store', 'model'],
  analysis: ['client', 'model'],
  client: ['store', 'model'],
  store: ['journal', 'model'],
  recorder: ['collector', 'context', 'journal', 'model'],
  collector: ['model'],
  journal: ['model'],
  context: ['model'],
  model: [],
};

/**
 * In src/runners most is loaded in test workers, or before it is known what the process is. What loads the session and the report at
 * once stands here, by its folder; all else asks for these files late, by require, when it owns a session.
 */
const OWNERS_FILES = { '.': ['run', 'ending', 'released'], 'node-test': ['owner', 'parent'], playwright: ['reporter'] };

const root = import.meta.dirname;
const rooms = readdirSync(join(root, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const zones = rooms.flatMap((room) =>
  rooms
    .filter((other) => other !== room && !(ARROWS[room] ?? []).includes(other))
    .map((other) => ({
      target: join(root, 'src', room),
      from: join(root, 'src', other),
      message: `${room} must not import ${other}: arrows between rooms point down (see eslint.config.mjs).`,
    })),
);

const workerParts = Object.entries(OWNERS_FILES).map(([folder, names]) => ({
  files: [folder === '.' ? 'src/runners/**/*.{ts,mts}' : `src/runners/${folder}/**/*.{ts,mts}`],
  ignores: Object.entries(OWNERS_FILES).flatMap(([place, files]) => files.map((name) => posix.join('src/runners', place, `${name}.ts`))),
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            // Of two blocks that fit a file the later one counts, so each has the files of all folders too.
            regex: `^(?:\\.\\./)+(?:session|report)/|/(?:${[...OWNERS_FILES['.'], ...names].join('|')})\\.m?js$`,
            allowTypeImports: true,
            message: "A runner's worker part must not load the owner's side: require it where a session is owned (see eslint.config.mjs).",
          },
        ],
      },
    ],
  },
}));

const typedFiles = ['src/**/*.{ts,mts}', 'test/**/*.{ts,mts}', 'benchmarks/**/*.{ts,mts}'];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      '**/node_modules/',
      '**/build/',
      'prebuilds/',
      '.cache/',
      '**/.spanmeter/',
      'test/fixtures/',
      'test/tools/',
      'coverage/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: typedFiles,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      // A number in a template is what most messages here are made of.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // noUncheckedIndexedAccess makes every index optional; where a bound was just checked, `!` says so.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      // An empty string is often as good as none.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      // Built-ins are taken at load, before a test can replace them.
      '@typescript-eslint/unbound-method': 'off',
      // A mapped type says whose keys it has.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'no-control-regex': 'error',
    },
  },
  {
    files: ['src/**/*.{ts,mts}'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.mts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.mts'] },
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.mts', '.js', '.mjs'],
          extensionAlias: { '.js': ['.ts', '.js'], '.mjs': ['.mts', '.mjs'] },
        }),
      ],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: root, zones }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-self-import': 'error',
    },
  },
  ...workerParts,
  {
    files: ['test/**/*.{ts,mts}', 'benchmarks/**/*.{ts,mts}'],
    rules: {
      'no-console': 'off',
      // Tests hand over wrong input on purpose and look into untyped JSON.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  { files: ['src/cli/**/*.{ts,mts}'], rules: { 'no-console': 'error' } },
  { files: ['**/*.{js,mjs,cjs}', 'examples/**/*.{ts,mts}', 'vitest.config.*'], extends: [tseslint.configs.recommended] },
  {
    files: ['**/*.cjs', 'examples/**/*.js'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
