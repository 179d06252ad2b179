import { Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useStore } from '../lib/store.ts';
import type { RoomSession } from '../session/room-session.ts';
import { ChatEntryView } from './chat-entry-view.tsx';
import { ChatInput } from './chat-input.tsx';
import classes from './chat.module.css';

/** What was said in writing. Reading it, by having it open, makes it read. */
export function Chat({ session }: { readonly session: RoomSession }) {
  const { chat } = session;
  const { entries } = useStore(chat);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    chat.setOpen(true);
    return () => chat.setOpen(false);
  }, [chat]);
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [entries]);
  return (
    <>
      <div ref={list} className={classes['list']} role="log" aria-label="Chat messages" tabIndex={0}>
        {entries.length === 0 && (
          <Text c="dimmed" fz="sm" ta="center" my="auto">
            Messages go straight to everybody who is here now. Nobody keeps them.
          </Text>
        )}
        {entries.map((entry) => (
          <ChatEntryView key={entry.id} entry={entry} />
        ))}
      </div>
      <ChatInput onSend={(text) => void session.say(text)} />
    </>
  );
}
