import { Alert } from '@mantine/core';
import { IconAlertTriangle, IconArmchairOff } from '@tabler/icons-react';
import { SignalingError } from 'firesignal';
import { errorText } from '../errors/error-text.ts';
import type { LobbyActivity, Visit } from '../session/session-state.ts';
import { isFull } from './is-full.ts';

type JoinNoticeProps = { readonly visit: Visit; readonly activity: LobbyActivity };

/** Why joining did not work, or cannot work yet. */
export function JoinNotice({ visit, activity }: JoinNoticeProps) {
  if (isFull(visit)) {
    const { title, advice } = errorText(new SignalingError('signaling/room-full'));
    return (
      <Alert role="alert" color="yellow" icon={<IconArmchairOff />} title={title}>
        {advice}
      </Alert>
    );
  }
  if (activity.kind !== 'refused') return null;
  if (activity.error.code === 'signaling/room-full')
    return (
      <Alert role="alert" color="green" icon={<IconArmchairOff />} title="A seat is free">
        The room was full a moment ago. Try again.
      </Alert>
    );
  const { title, advice } = errorText(activity.error);
  return (
    <Alert role="alert" color="red" icon={<IconAlertTriangle />} title={title}>
      {advice}
    </Alert>
  );
}
