import { Alert } from '@mantine/core';
import { errorText } from '../errors/error-text.ts';
import { useStore } from '../lib/store.ts';
import type { Desk } from '../session/desk.ts';

/** Why what was asked for last has not been done. */
export function DeskError({ desk }: { readonly desk: Desk }) {
  const { error } = useStore(desk);
  if (error === undefined) return null;
  const { title, advice } = errorText(error);
  return (
    <Alert role="alert" color="red" title={title} py="xs" style={{ flex: 'none' }}>
      {advice}
    </Alert>
  );
}
