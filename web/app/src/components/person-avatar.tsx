import { Avatar } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { initials } from '../lib/display-name.ts';

/** Shades that carry white initials at 4.5:1 and more. */
const COLORS = [
  'ember.7',
  'grape.8',
  'indigo.7',
  'teal.9',
  'cyan.9',
  'pink.8',
  'blue.8',
  'violet.7',
] as const;

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
  return name.trim() === '' ? 'gray.7' : (COLORS[sum % COLORS.length] ?? 'ember.7');
}
