import { describe, expect, it } from 'vitest';
import { findCargo, findHidane, HIDANE_VERSION } from '../../../scripts/setup/hidane.mjs';
import { fakeMachine } from './fake-machine.ts';

describe('hidane › find', () => {
  it.each([
    ['the PATH', '/opt/bin/hidane'],
    ['cargo’s folder', '/home/ann/.cargo/bin/hidane'],
    ['the cache of this project', `/home/ann/.cache/firesignal/hidane-${HIDANE_VERSION}/bin/hidane`],
  ])('knows %s', (_, command) => {
    expect(findHidane(fakeMachine({ env: { PATH: '/opt/bin' }, files: [command] }))).toBe(command);
  });

  it('knows moved folders', () => {
    const env = { CARGO_HOME: '/cargo', XDG_CACHE_HOME: '/cache' };
    expect(findHidane(fakeMachine({ env, files: ['/cargo/bin/hidane'] }))).toBe('/cargo/bin/hidane');
    const cached = `/cache/firesignal/hidane-${HIDANE_VERSION}/bin/hidane`;
    expect(findHidane(fakeMachine({ env, files: [cached] }))).toBe(cached);
  });

  it('finds none on a machine without', () => {
    expect(findHidane(fakeMachine({}))).toBeUndefined();
  });

  it('finds the cargo to build it with', () => {
    expect(findCargo(fakeMachine({ files: ['/home/ann/.cargo/bin/cargo'] }))).toBe(
      '/home/ann/.cargo/bin/cargo',
    );
    expect(findCargo(fakeMachine({}))).toBeUndefined();
  });
});
