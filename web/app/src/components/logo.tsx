import { Group, Text } from '@mantine/core';

/** The mark: a flame between two signal arcs. */
export function LogoMark({ size = 32 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <rect width="64" height="64" rx="18" fill="#c84a17" />
      <g fill="none" stroke="#fff" strokeWidth="4.5" strokeLinecap="round" opacity="0.8">
        <path d="M16 22a17.500 17.500 0 0 0 0 22" />
        <path d="M48 22a17.500 17.500 0 0 1 0 22" />
      </g>
      <path
        d="M33 12c1.500 7.500 9.500 11.500 9.500 22a10.500 10.500 0 0 1-21 0c0-4.200 1.800-7.200 4-9.500.4 2.700 1.600 4.200 3.300 4.800C28.300 23.500 29.800 16.800 33 12z"
        fill="#fff"
      />
    </svg>
  );
}

/** @param isShort on phones, the mark alone */
export function Logo({ isShort = false }: { readonly isShort?: boolean }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <LogoMark />
      <Text fw={650} fz="lg" lh={1} {...(isShort && { visibleFrom: 'xs' })}>
        Firesignal
      </Text>
    </Group>
  );
}
