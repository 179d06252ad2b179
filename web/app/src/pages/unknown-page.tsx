import { IconMapQuestion } from '@tabler/icons-react';
import { HomeButton } from '../components/home-button.tsx';
import { MessagePage } from '../components/message-page.tsx';

export function UnknownPage() {
  return (
    <MessagePage
      icon={IconMapQuestion}
      title="There is nothing here"
      text="The address is not one of this site. Room links look like /r/ and 32 characters."
      actions={<HomeButton>To the start page</HomeButton>}
    />
  );
}
