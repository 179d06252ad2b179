import { NativeSelect, Switch } from '@mantine/core';
import { LIMITS, type Room } from 'firesignal';
import type { Desk } from '../session/desk.ts';
import { BanList } from './ban-list.tsx';
import { InviteMaker } from './invite-maker.tsx';

const SEATS = Array.from({ length: LIMITS.CAPACITY_MAX - LIMITS.CAPACITY_MIN + 1 }, (_, index) =>
  String(LIMITS.CAPACITY_MIN + index),
);

type DeskPanelProps = { readonly desk: Desk; readonly room: Room };

/** The door of the room, for whoever runs it. */
export function DeskPanel({ desk, room }: DeskPanelProps) {
  return (
    <>
      <BanList desk={desk} />
      {room.access === 'invite' && <InviteMaker desk={desk} room={room} />}
      <Switch
        label="Lock the room"
        description="New people have to knock, and you let them in."
        checked={room.isLocked}
        onChange={({ currentTarget: { checked } }) =>
          void (checked ? desk.act((moderation) => moderation.lock()) : desk.unlock())
        }
      />
      <NativeSelect
        label="Seats"
        description="Whoever has a seat keeps it."
        value={String(room.capacity)}
        onChange={({ currentTarget: { value } }) =>
          void desk.act((moderation) => moderation.setCapacity(Number(value)))
        }
        data={SEATS}
      />
    </>
  );
}
