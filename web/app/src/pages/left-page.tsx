import { Button } from '@mantine/core';
import { IconDoorExit } from '@tabler/icons-react';
import type { LeaveReason } from 'firesignal';
import { HomeButton } from '../components/home-button.tsx';
import { MessagePage } from '../components/message-page.tsx';
import { leaveText } from '../errors/leave-text.ts';

type LeftPageProps = { readonly reason: LeaveReason; readonly onRejoin: () => void };

/** After a visit: why it is over, and the ways on. */
export function LeftPage({ reason, onRejoin }: LeftPageProps) {
  const { title, advice, canReturn } = leaveText(reason);
  return (
    <MessagePage
      icon={IconDoorExit}
      title={title}
      text={advice}
      actions={
        <>
          {canReturn && (
            <Button size="md" onClick={onRejoin}>
              Join again
            </Button>
          )}
          <HomeButton variant={canReturn ? 'default' : 'filled'} />
        </>
      }
    />
  );
}
