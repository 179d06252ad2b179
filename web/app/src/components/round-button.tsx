import { Tooltip, UnstyledButton } from '@mantine/core';
import type { ComponentProps, ReactNode } from 'react';
import classes from './round-button.module.css';

type RoundButtonProps = Omit<ComponentProps<'button'>, 'children' | 'color' | 'style'> & {
  readonly label: string;
  readonly look?: 'plain' | 'off' | 'failed' | 'active' | 'danger';
  readonly children: ReactNode;
};

/** A round button with an icon. The label names it, and shows on hover. */
export function RoundButton({ label, look = 'plain', children, className = '', ...props }: RoundButtonProps) {
  // The tooltip would lie on the menu.
  const isMenuOpen = props['aria-haspopup'] === 'menu' && props['aria-expanded'] === true;
  return (
    <Tooltip label={label} openDelay={400} withinPortal disabled={isMenuOpen}>
      <UnstyledButton
        {...props}
        className={`${classes['button'] ?? ''} ${className}`}
        data-look={look}
        aria-label={label}
      >
        {children}
      </UnstyledButton>
    </Tooltip>
  );
}
