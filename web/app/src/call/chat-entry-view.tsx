import type { ChatEntry } from '../session/chat-log.ts';
import classes from './chat.module.css';

const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** One message or notice, as plain text: nothing in it is ever markup. */
export function ChatEntryView({ entry }: { readonly entry: ChatEntry }) {
  const time = <time dateTime={entry.at.toISOString()}>{TIME.format(entry.at)}</time>;
  if (entry.kind === 'notice')
    return (
      <div className={classes['notice']}>
        {entry.text} · {time}
      </div>
    );
  return (
    <div className={classes['message']} data-own={entry.isOwn}>
      <div className={classes['head']}>
        <span className={classes['author']}>{entry.isOwn ? 'You' : entry.author}</span>
        {time}
      </div>
      <p className={classes['text']} dir="auto">
        {entry.text}
      </p>
    </div>
  );
}
