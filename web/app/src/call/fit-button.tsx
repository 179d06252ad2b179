import { UnstyledButton } from '@mantine/core';
import { IconArrowsMaximize, IconArrowsMinimize } from '@tabler/icons-react';
import { displayName } from '../lib/display-name.ts';
import classes from './fit-button.module.css';

type FitButtonProps = {
  readonly name: string;
  readonly isWhole: boolean;
  readonly onChange: (isWhole: boolean) => void;
};

/** Whether a picture fills its tile, or is shown whole: a shared screen has to be. */
export function FitButton({ name, isWhole, onChange }: FitButtonProps) {
  const label = isWhole
    ? `Fill the tile of ${displayName(name)}`
    : `Show the whole picture of ${displayName(name)}`;
  return (
    <UnstyledButton
      className={classes['button'] ?? ''}
      aria-label={label}
      title={label}
      onClick={() => onChange(!isWhole)}
    >
      {isWhole ? <IconArrowsMaximize size={16} /> : <IconArrowsMinimize size={16} />}
    </UnstyledButton>
  );
}
