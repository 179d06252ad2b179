import { Title, type TitleProps } from '@mantine/core';
import { useEffect, useRef } from 'react';

const SITE = 'Firesignal';

type PageTitleProps = Omit<TitleProps, 'children'> & {
  readonly children: string;
  readonly isFocused?: boolean | undefined;
};

/** The heading of a page. Names the tab, and takes the focus when the page opens. */
export function PageTitle({ children, isFocused = true, ...props }: PageTitleProps) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = children === SITE ? SITE : `${children} · ${SITE}`;
  }, [children]);
  useEffect(() => {
    if (isFocused) ref.current?.focus({ preventScroll: true });
  }, [isFocused]);
  return (
    <Title order={1} fz={{ base: 26, sm: 32 }} ref={ref} tabIndex={-1} {...props}>
      {children}
    </Title>
  );
}
