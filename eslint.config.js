import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * One forbidden kind of import.
 * @param {string} regex which specifiers
 * @param {string} message why the layer may not have them
 */
const forbid = (regex, message) => ({ regex, message });

/**
 * `no-restricted-imports` is replaced, not merged, where two blocks match a file: each block lists everything.
 * @param {ReturnType<typeof forbid>[]} patterns
 * @returns {import('eslint').Linter.RulesRecord}
 */
const layer = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

const NO_TESTS = forbid('(^|/)test/', 'Nothing outside test/ imports from it.');
const NO_FIREBASE = forbid(
  '^firebase(/|$)',
  'The SDK core knows no Firebase: only web/sdk/src/transport/firestore does.',
);
const NO_CLIENT_SDK = forbid(
  '^fire(base|signal)(/|$)',
  'Functions use the Admin SDK, not the one of clients.',
);
const NO_PATH_TO_OTHER_WORKSPACES = forbid(
  '^\\.\\./(.*/)?(protocol|app|react|functions|cli|scripts)/',
  'Import another workspace by its name.',
);
const NO_NODE = forbid('^node:', 'This code runs in browsers.');

export default defineConfig(
  globalIgnores(['**/dist/', '**/node_modules/', 'coverage/', '**/.cache/']),
  {
    files: ['**/*.{ts,tsx,js,mjs}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // The house style: `type` for data and unions, `interface` for what users implement. A linter can't tell which.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // tsconfig's noPropertyAccessFromIndexSignature asks for the brackets that this rule would remove.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      ...layer(NO_TESTS),
    },
  },
  {
    files: ['protocol/**'],
    rules: layer(
      forbid('^(?!\\.)', 'protocol/ has no dependencies.'),
      forbid('^\\.\\./\\.\\.', 'protocol/ imports nothing outside itself.'),
      NO_TESTS,
    ),
  },
  {
    files: ['web/sdk/src/**'],
    rules: layer(NO_FIREBASE, NO_NODE, NO_PATH_TO_OTHER_WORKSPACES, NO_TESTS),
  },
  {
    files: ['web/sdk/src/transport/firestore.ts', 'web/sdk/src/transport/firestore/**'],
    rules: layer(NO_NODE, NO_PATH_TO_OTHER_WORKSPACES, NO_TESTS),
  },
  {
    files: ['web/sdk/src/lib/**'],
    rules: layer(
      forbid('^(?!\\./)', 'lib/ is generic: it imports nothing outside itself, and has no folders.'),
    ),
  },
  {
    files: ['web/app/src/**'],
    rules: layer(
      forbid('^firesignal/', "The app uses the SDK's public API only: import from 'firesignal'."),
      forbid('^@firesignal/', "The app uses the SDK's public API only: import from 'firesignal'."),
      forbid('(^|/)(sdk|protocol)/', "The app uses the SDK's public API only: import from 'firesignal'."),
      NO_NODE,
      NO_TESTS,
    ),
  },
  {
    files: ['functions/src/**'],
    rules: layer(NO_CLIENT_SDK, NO_PATH_TO_OTHER_WORKSPACES, NO_TESTS),
  },
  {
    files: ['functions/src/{presence,cleanup}/**'],
    rules: layer(
      forbid('^firebase-functions', 'What functions do knows nothing of how they are called: index.ts does.'),
      NO_CLIENT_SDK,
      NO_PATH_TO_OTHER_WORKSPACES,
      NO_TESTS,
    ),
  },
  {
    files: ['test/**'],
    rules: {
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      // Files of test/ import each other.
      'no-restricted-imports': 'off',
      // Tests index into arrays they have just counted, and spy on methods without calling them.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Command-line programs talk to a person.
    files: ['scripts/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['eslint.config.js'],
    extends: [tseslint.configs.disableTypeChecked],
  },
);
