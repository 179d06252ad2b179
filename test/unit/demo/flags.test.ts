import { describe, expect, it } from 'vitest';
import { demoCommand, parseFlags } from '../../../scripts/demo/flags.ts';

/** What the command says before it would end the program. */
function complaintAbout(...args: readonly string[]): string {
  let said = '';
  const command = demoCommand()
    .exitOverride()
    .configureOutput({ writeErr: (text) => (said += text) });
  expect(() => parseFlags(args, command)).toThrow();
  return said;
}

describe('options of the demo', () => {
  it('are for one call of two, one after the other, where nothing is given', () => {
    expect(parseFlags([])).toEqual({ peers: 2, repeat: 1, rtt: 0 });
  });

  it('take how many meet, and how', () => {
    expect(parseFlags(['--peers', '6', '--rush', '--crash', '--repeat', '10', '--json'])).toEqual({
      peers: 6,
      rush: true,
      crash: true,
      repeat: 10,
      rtt: 0,
      json: true,
    });
  });

  it('leave to the set-up what is the set-up’s', () => {
    expect(parseFlags(['--fresh'])).toMatchObject({ peers: 2, repeat: 1 });
  });

  it.each([
    [['--peers', '1'], /from 2 to 6/],
    [['--peers', '7'], /from 2 to 6/],
    [['--peers', 'six'], /whole number/],
    [['--repeat', '0'], /from 1 on/],
    [['--rtt', '1.5'], /whole number/],
    [['--emulator', 'another'], /official, hidane/],
    [['--pears', '3'], /unknown option/],
  ])('refuse %j', (args, complaint) => {
    expect(complaintAbout(...args)).toMatch(complaint);
  });
});
