import { Avatar } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { initials } from '../lib/display-name.ts';

const COLORS = ['ember', 'grape', 'indigo', 'teal', 'cyan', 'pink', 'lime', 'violet'] as const;

type PersonAvatarProps = { readonly name: string; readonly size: number | string };

/** Initials on a colour that goes with the name. Decoration: the name stands beside it. */
export function PersonAvatar({ name, size }: PersonAvatarProps) {
  return (
    <Avatar size={size} radius="100%" color={colorOf(name)} variant="filled" aria-hidden="true">
      {name.trim() === '' ? <IconUser size="55%" stroke={1.5} /> : initials(name)}
    </Avatar>
  );
}

function colorOf(name: string): string {
  let sum = 0;
  for (const character of name.trim().toLocaleLowerCase()) sum += character.codePointAt(0) ?? 0;
  return name.trim() === '' ? 'gray' : (COLORS[sum % COLORS.length] ?? 'ember');
}
