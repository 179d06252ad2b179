import { Button, type ButtonProps } from '@mantine/core';
import { locationStore } from '../routing/location-store.ts';

/** Leads to the start page, where rooms are made. */
export function HomeButton({ children = 'New room', ...props }: ButtonProps) {
  return (
    <Button variant="default" size="md" {...props} onClick={() => locationStore.go('/')}>
      {children}
    </Button>
  );
}
