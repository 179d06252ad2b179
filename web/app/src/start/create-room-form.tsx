import { Alert, Button, NativeSelect, NumberInput, PasswordInput, Stack, Switch } from '@mantine/core';
import { IconAlertTriangle, IconVideo } from '@tabler/icons-react';
import { LIMITS, SignalingError } from 'firesignal';
import { useState, type SyntheticEvent } from 'react';
import type { Backend } from '../backend/backend.ts';
import { errorText } from '../errors/error-text.ts';
import { keepKey } from '../routing/room-address.ts';
import { locationStore } from '../routing/location-store.ts';
import { roomPathname } from '../routing/route.ts';
import classes from './create-room-form.module.css';

type Progress =
  | { readonly status: 'idle' }
  | { readonly status: 'creating' }
  | { readonly status: 'failed'; readonly error: SignalingError };

const CAPACITY_DEFAULT = 6;
const PASSWORD_LENGTH_MAX = 256;

const DOORS = [
  { value: 'open', label: 'Everybody with the link' },
  { value: 'invite', label: 'Whoever has an invite' },
  { value: 'password', label: 'Whoever knows a password' },
  { value: 'knock', label: 'Whoever knocks and is let in' },
] as const;
type Access = (typeof DOORS)[number]['value'];

export function CreateRoomForm({ backend }: { readonly backend: Backend }) {
  const [capacity, setCapacity] = useState<number | string>(CAPACITY_DEFAULT);
  const [access, setAccess] = useState<Access>('open');
  const [password, setPassword] = useState('');
  const [isSealed, setSealed] = useState(false);
  const [progress, setProgress] = useState<Progress>({ status: 'idle' });

  const create = async (): Promise<void> => {
    setProgress({ status: 'creating' });
    try {
      const roomId = await backend.client.createRoom({
        access,
        sealed: isSealed,
        capacity: typeof capacity === 'number' ? capacity : CAPACITY_DEFAULT,
        ...(access === 'password' && { password }),
      });
      const key = backend.client.keyOf(roomId);
      if (key !== undefined) keepKey(roomId, key);
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
        <div className={classes['door']}>
          <NativeSelect
            label="Who may come in"
            size="md"
            value={access}
            onChange={({ currentTarget: { value } }) =>
              setAccess(DOORS.find((door) => door.value === value)?.value ?? 'open')
            }
            data={DOORS}
          />
          <NumberInput
            label="Seats"
            size="md"
            min={LIMITS.CAPACITY_MIN}
            max={LIMITS.CAPACITY_MAX}
            clampBehavior="blur"
            allowDecimal={false}
            allowNegative={false}
            value={capacity}
            onChange={setCapacity}
          />
        </div>
        {access === 'password' && (
          <PasswordInput
            label="Password of the room"
            size="md"
            required
            withAsterisk={false}
            maxLength={PASSWORD_LENGTH_MAX}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        )}
        <Switch
          label="End-to-end sealed"
          description="The service cannot read names and connection data. The key is in the link."
          checked={isSealed}
          onChange={(event) => setSealed(event.currentTarget.checked)}
        />
        <Button
          type="submit"
          size="md"
          leftSection={<IconVideo size={20} />}
          loading={progress.status === 'creating'}
        >
          Create a room
        </Button>
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
