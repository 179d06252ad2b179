import { describe, expect, it } from 'vitest';
import { parseTestArguments } from '../../../scripts/run-tests/test-arguments.ts';

describe('npm test › arguments', () => {
  it('runs everything without any', () => {
    expect(parseTestArguments([])).toMatchObject({ emulator: undefined, fresh: false, filter: [] });
  });

  it.each([[['--emulator', 'hidane', 'rooms']], [['rooms', '--emulator=hidane']]])('%j', (args) => {
    expect(parseTestArguments(args)).toMatchObject({ emulator: 'hidane', filter: ['rooms'] });
  });

  it('hands the rest to Vitest', () => {
    const { options, filter } = parseTestArguments([
      '--project',
      'unit',
      '-t',
      'closing',
      'tally',
      '--fresh',
    ]);
    expect(options).toMatchObject({ project: ['unit'], testNamePattern: 'closing' });
    expect(filter).toEqual(['tally']);
  });
});
