import { IconMapQuestion } from '@tabler/icons-react';
import { HomeButton } from '../components/home-button.tsx';
import { MessagePage } from '../components/message-page.tsx';

export function UnknownPage() {
  return (
    <MessagePage
      icon={IconMapQuestion}
      title="There is nothing here"
      text="This site has no such page. The link to a room ends in /r/ and 32 characters."
      actions={<HomeButton>To the start page</HomeButton>}
    />
  );
}
