import { ERROR_CODES } from '@firesignal/protocol';
import { expect, it } from 'vitest';
import { tableRows } from './support.ts';

it('docs › errors has every code, in order, with the text that the SDK has', () => {
  const rows = tableRows('docs/errors.md').slice(1);
  const documented = rows.map(([code, text]) => [code, text]);
  expect(documented).toEqual(Object.entries(ERROR_CODES).map(([code, text]) => [`\`${code}\``, text]));
  expect(rows.filter(([, , source]) => source === '')).toEqual([]);
});
