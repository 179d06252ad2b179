import type { MouseEvent, ReactNode } from 'react';
import { locationStore } from '../routing/location-store.ts';
import { ColorSchemeButton } from './color-scheme-button.tsx';
import { Logo } from './logo.tsx';
import classes from './page-frame.module.css';

type PageFrameProps = { readonly children: ReactNode; readonly centered?: boolean };

/** Header and column of every page but the call. */
export function PageFrame({ children, centered = false }: PageFrameProps) {
  return (
    <>
      <header className={classes['header']}>
        <a href="/" className={classes['home']} aria-label="Firesignal, start page" onClick={goHome}>
          <Logo />
        </a>
        <ColorSchemeButton />
      </header>
      <main className={`${classes['main'] ?? ''} ${centered ? (classes['centered'] ?? '') : ''}`}>
        {children}
      </main>
    </>
  );
}

function goHome(event: MouseEvent): void {
  // A click that wants a new tab gets one.
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  locationStore.go('/');
}
