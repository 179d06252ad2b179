import { describe, expect, it } from 'vitest';
import { compareBehaviours } from '../../../scripts/rules/behaviours.ts';

describe('behaviours', () => {
  const protocol = '- **ST1** Something.\n- **ST2** Something else, see **AD9**.\n';

  it('finds nothing where every rule has a test', () => {
    const tests = ["it('[ST1] does', x)", 'it(`[ST2] does ${what}`, x)'];
    expect(compareBehaviours(protocol, tests)).toEqual({ rules: 2, repeated: [], untested: [], unknown: [] });
  });

  it('finds every id that a title begins with, and none behind', () => {
    const tests = ["it('[ST1] [ST2] does, as [ST3] does', x)"];
    expect(compareBehaviours(protocol, tests)).toEqual({ rules: 2, repeated: [], untested: [], unknown: [] });
  });

  it('finds rules without a test, tests without a rule, and ids that stand twice', () => {
    const tests = ["it('[ST1] does', x)", "it('[ST12] does', x)", "it('see [ST2] there', x)"];
    expect(compareBehaviours(`${protocol}- **ST1** Again.\n`, tests)).toEqual({
      rules: 3,
      repeated: ['ST1'],
      untested: ['ST2'],
      unknown: ['ST12'],
    });
  });
});
