import { Button, Group, TextInput } from '@mantine/core';
import { SignalingError, parseRoomLink, roomLink } from 'firesignal';
import { useState, type SyntheticEvent } from 'react';
import { locationStore } from '../routing/location-store.ts';
import { roomPathname } from '../routing/route.ts';
import { takenLinks } from '../routing/take-room-link.ts';

export function OpenRoomForm() {
  const [link, setLink] = useState('');
  const [problem, setProblem] = useState('');

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    try {
      const { roomId, ...secrets } = parseRoomLink(link);
      const pathname = roomPathname(roomId);
      if (Object.keys(secrets).length > 0)
        takenLinks.keep(pathname, roomLink(location.origin, roomId, secrets));
      locationStore.go(pathname);
    } catch (error) {
      setProblem(SignalingError.from(error).message);
    }
  };

  return (
    <form onSubmit={submit}>
      <Group align="flex-start" wrap="nowrap">
        <TextInput
          flex={1}
          size="md"
          aria-label="Room link"
          placeholder="Paste a room link"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          value={link}
          error={problem}
          onChange={(event) => {
            setLink(event.currentTarget.value);
            setProblem('');
          }}
        />
        <Button type="submit" variant="default" size="md" disabled={link.trim() === ''}>
          Open
        </Button>
      </Group>
    </form>
  );
}
