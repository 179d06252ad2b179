import { CloseButton, Drawer, Group, Title } from '@mantine/core';
import type { KeyboardEvent, ReactNode } from 'react';
import type { RoomSession } from '../session/room-session.ts';
import type { Visit } from '../session/session-state.ts';
import { Chat } from './chat.tsx';
import { PeoplePanel } from './people-panel.tsx';
import classes from './side-panel.module.css';

/** What is open beside the pictures. */
export type Panel = 'none' | 'chat' | 'people';

/** Of the button that opens a panel, and has the focus again when that is closed. */
export const panelButtonId = (panel: Panel): string => `show-${panel}`;

const TITLES = { none: '', chat: 'Chat', people: 'People' } as const satisfies Record<Panel, string>;

type SidePanelProps = {
  readonly panel: Panel;
  readonly isNarrow: boolean;
  readonly session: RoomSession;
  readonly visit: Visit;
  readonly onClose: () => void;
};

/** Beside the pictures where there is room, else over them. */
export function SidePanel({ panel, isNarrow, session, visit, onClose }: SidePanelProps) {
  const content = contentOf(panel, session, visit);
  // React tells of keys in menus and dialogs of the panel, too, which are elsewhere on the page: those close themselves.
  const onKeyDown = ({ key, target, currentTarget }: KeyboardEvent<HTMLElement>): void => {
    if (key === 'Escape' && target instanceof Node && currentTarget.contains(target)) onClose();
  };
  if (isNarrow)
    return (
      <Drawer
        opened={panel !== 'none'}
        onClose={onClose}
        closeOnEscape={false}
        onKeyDown={onKeyDown}
        title={TITLES[panel]}
        position="bottom"
        size="85%"
        radius="lg"
        classNames={{
          content: classes['drawer'] ?? '',
          body: classes['drawerBody'] ?? '',
          title: classes['drawerTitle'] ?? '',
        }}
      >
        {content}
      </Drawer>
    );
  if (panel === 'none') return null;
  return (
    <aside className={classes['aside']} aria-label={TITLES[panel]} onKeyDown={onKeyDown}>
      <Group justify="space-between" px="md" pt="sm">
        <Title order={2} fz="lg">
          {TITLES[panel]}
        </Title>
        <CloseButton aria-label={`Close ${TITLES[panel].toLowerCase()}`} onClick={onClose} />
      </Group>
      <div className={classes['body']}>{content}</div>
    </aside>
  );
}

function contentOf(panel: Panel, session: RoomSession, visit: Visit): ReactNode {
  switch (panel) {
    case 'none':
      return null;
    case 'chat':
      return <Chat session={session} />;
    case 'people':
      return <PeoplePanel session={session} visit={visit} />;
  }
}
