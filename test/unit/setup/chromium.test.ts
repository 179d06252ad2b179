import { describe, expect, it } from 'vitest';
import { findChromium } from '../../../scripts/setup/chromium.mjs';
import { fakeMachine } from './fake-machine.ts';

const starts = (...browsers: string[]): Record<string, string> =>
  Object.fromEntries(browsers.map((browser) => [`${browser} --version`, 'Chromium 156.0']));

const PLAYWRIGHT = '/home/ann/.cache/ms-playwright';

describe('Chromium › find', () => {
  it('takes the one that a person names before all others', () => {
    const machine = fakeMachine({
      env: { CHROMIUM_PATH: '/mine', PATH: '/usr/bin' },
      files: ['/mine', '/usr/bin/chromium'],
      answers: starts('/mine', '/usr/bin/chromium'),
    });
    expect(findChromium(machine)).toBe('/mine');
  });

  it.each(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'])(
    'finds %s on the PATH',
    (name) => {
      const browser = `/opt/bin/${name}`;
      const machine = fakeMachine({
        env: { PATH: '/usr/bin:/opt/bin' },
        files: [browser],
        answers: starts(browser),
      });
      expect(findChromium(machine)).toBe(browser);
    },
  );

  it('passes over a stub that only says how to install the real one', () => {
    const chrome = '/opt/google/chrome/chrome';
    const machine = fakeMachine({
      env: { PATH: '/usr/bin' },
      files: ['/usr/bin/chromium-browser', chrome],
      answers: starts(chrome),
    });
    expect(findChromium(machine)).toBe(chrome);
  });

  it('takes the newest of Playwright’s that starts', () => {
    const machine = fakeMachine({
      files: [
        `${PLAYWRIGHT}/chromium-999/chrome-linux/chrome`,
        `${PLAYWRIGHT}/chromium-1200/chrome-linux/chrome`,
        `${PLAYWRIGHT}/chromium_headless_shell-1300/chrome-linux/headless_shell`,
      ],
      answers: starts(
        `${PLAYWRIGHT}/chromium-999/chrome-linux/chrome`,
        `${PLAYWRIGHT}/chromium-1200/chrome-linux/chrome`,
      ),
    });
    expect(findChromium(machine)).toBe(`${PLAYWRIGHT}/chromium-1200/chrome-linux/chrome`);
  });

  it('knows the applications of macOS', () => {
    const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(findChromium(fakeMachine({ platform: 'darwin', files: [chrome], answers: starts(chrome) }))).toBe(
      chrome,
    );
  });

  it('knows the programs of Windows, and does not start them, since that opens a window', () => {
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
    const machine = fakeMachine({
      platform: 'win32',
      home: 'C:\\Users\\ann',
      env: { ProgramFiles: 'C:\\Program Files', 'ProgramFiles(x86)': 'C:\\Program Files (x86)' },
      files: [edge],
    });
    expect(findChromium(machine)).toBe(edge);
    expect(machine.ran).toEqual([]);
  });

  it('finds none on a machine without', () => {
    expect(findChromium(fakeMachine({ env: { PATH: '/usr/bin' } }))).toBeUndefined();
  });
});
