import { Alert, createTheme, Drawer, Modal } from '@mantine/core';

/** Firesignal's own accent: a calm ember. Shade 7 carries white text at 4.5:1 and more. */
const EMBER = [
  '#fff3ec',
  '#ffe4d6',
  '#ffc8ad',
  '#ffa881',
  '#fb895a',
  '#f3703a',
  '#e25b24',
  '#c84a17',
  '#a53b11',
  '#7d2d10',
] as const;

/** Greys with a trace of blue, so that pictures stand out by night. */
const DARK = [
  '#e4e5ea',
  '#c3c5ce',
  '#9b9eab',
  '#6d7180',
  '#4a4e5a',
  '#363944',
  '#2a2d36',
  '#1d1f26',
  '#15161b',
  '#0e0f13',
] as const;

export const theme = createTheme({
  primaryColor: 'ember',
  primaryShade: 7,
  colors: { ember: EMBER, dark: DARK },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: '650', textWrap: 'balance' },
  components: {
    // The colour of an alert is in its ground and icon; its title has to be read.
    Alert: Alert.extend({ styles: { title: { color: 'var(--mantine-color-text)' } } }),
    Drawer: Drawer.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Modal: Modal.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
      styles: { title: { fontSize: 'var(--mantine-font-size-lg)', fontWeight: 650, lineHeight: 1.3 } },
    }),
  },
});
