import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { PeopleList } from '../components/people-list.tsx';
import { displayName } from '../lib/display-name.ts';
import { useStore } from '../lib/store.ts';
import type { Desk } from '../session/desk.ts';

/** Who is banned, and the way back for them. Read when it is shown. */
export function BanList({ desk }: { readonly desk: Desk }) {
  const { banned } = useStore(desk);
  useEffect(() => void desk.readBans(), [desk]);
  if (banned.length === 0) return null;
  return (
    <PeopleList
      title={`Banned (${banned.length})`}
      people={banned.map(({ uid, name }) => ({
        key: uid,
        name,
        isSelf: false,
        note: '',
        menu: (
          <Button
            variant="default"
            size="xs"
            ml="auto"
            style={{ flex: 'none' }}
            aria-label={`Let ${displayName(name)} back in`}
            onClick={() => void desk.unban(uid)}
          >
            Let back in
          </Button>
        ),
      }))}
    />
  );
}
