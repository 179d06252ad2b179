import { Alert, Button, Group, NumberInput, Stack } from '@mantine/core';
import { IconAlertTriangle, IconVideo } from '@tabler/icons-react';
import { LIMITS, SignalingError } from 'firesignal';
import { useState, type SyntheticEvent } from 'react';
import type { Backend } from '../backend/backend.ts';
import { errorText } from '../errors/error-text.ts';
import { locationStore } from '../routing/location-store.ts';
import { roomPathname } from '../routing/route.ts';

type Progress =
  | { readonly status: 'idle' }
  | { readonly status: 'creating' }
  | { readonly status: 'failed'; readonly error: SignalingError };

const CAPACITY_DEFAULT = 6;

export function CreateRoomForm({ backend }: { readonly backend: Backend }) {
  const [capacity, setCapacity] = useState<number | string>(CAPACITY_DEFAULT);
  const [progress, setProgress] = useState<Progress>({ status: 'idle' });

  const create = async (): Promise<void> => {
    setProgress({ status: 'creating' });
    try {
      const roomId = await backend.client.createRoom({
        capacity: typeof capacity === 'number' ? capacity : CAPACITY_DEFAULT,
      });
      locationStore.go(roomPathname(roomId));
    } catch (error) {
      setProgress({ status: 'failed', error: SignalingError.from(error) });
    }
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    void create();
  };

  return (
    <form onSubmit={submit}>
      <Stack>
        <Group align="flex-end" wrap="nowrap">
          <NumberInput
            label="Seats"
            w={96}
            size="md"
            min={LIMITS.CAPACITY_MIN}
            max={LIMITS.CAPACITY_MAX}
            clampBehavior="blur"
            allowDecimal={false}
            allowNegative={false}
            value={capacity}
            onChange={setCapacity}
          />
          <Button
            type="submit"
            size="md"
            flex={1}
            leftSection={<IconVideo size={20} />}
            loading={progress.status === 'creating'}
          >
            Create a room
          </Button>
        </Group>
        {progress.status === 'failed' && <Failure error={progress.error} />}
      </Stack>
    </form>
  );
}

function Failure({ error }: { readonly error: SignalingError }) {
  const { title, advice } = errorText(error);
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={title} role="alert">
      {advice}
    </Alert>
  );
}
