import { ActionIcon, Group, Textarea } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useState, type KeyboardEvent, type SyntheticEvent } from 'react';
import { CHAT_LENGTH_MAX, tidyChat } from '../session/chat-message.ts';

type ChatInputProps = { readonly onSend: (text: string) => void };

/** Enter sends, Shift+Enter makes a new line. */
export function ChatInput({ onSend }: ChatInputProps) {
  const [text, setText] = useState('');
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (tidyChat(text) === undefined) return;
    onSend(text);
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter also ends a composition, in Japanese for instance.
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) send(event);
  };
  return (
    <form onSubmit={send}>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <Textarea
          flex={1}
          aria-label="Message"
          placeholder="Write a message"
          autosize
          minRows={1}
          maxRows={5}
          maxLength={CHAT_LENGTH_MAX}
          data-autofocus
          autoFocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <ActionIcon type="submit" size={36} aria-label="Send" disabled={tidyChat(text) === undefined}>
          <IconSend size={18} />
        </ActionIcon>
      </Group>
    </form>
  );
}
