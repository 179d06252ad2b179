import { expect } from 'vitest';
import type { BrowserContext, Locator, Page } from 'playwright-core';

/** Far longer than any step takes, on a busy machine too. */
const STEP_LIMIT_MS = 20_000;

/** What the start page asks. */
export type NewAppRoom = {
  readonly seats?: number;
  readonly door?: 'Whoever has an invite' | 'Whoever knows a password' | 'Whoever knocks and is let in';
  readonly password?: string;
  readonly isSealed?: boolean;
};

/** One person at the web app, in a browser context of their own. */
export class AppPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly name: string;
  /** Errors that nobody caught in the page. */
  readonly faults: string[] = [];

  private constructor(context: BrowserContext, page: Page, name: string) {
    this.context = context;
    this.page = page;
    this.name = name;
    page.setDefaultTimeout(STEP_LIMIT_MS);
    page.on('pageerror', (error) => this.faults.push(error.message));
  }

  static async in(context: BrowserContext, name: string): Promise<AppPage> {
    return new AppPage(context, await context.newPage(), name);
  }

  /** Makes a room on the start page, and is then in its lobby. Returns the link to share. */
  async createRoom({ seats = 6, door, password, isSealed = false }: NewAppRoom = {}): Promise<string> {
    await this.page.goto('/');
    await this.page.getByRole('textbox', { name: 'Your name' }).fill(this.name);
    await this.page.getByRole('textbox', { name: 'Seats' }).fill(String(seats));
    if (door !== undefined) await this.page.getByLabel('Who may come in').selectOption({ label: door });
    if (password !== undefined) await this.page.getByLabel('Password of the room').fill(password);
    if (isSealed) await this.page.getByRole('switch', { name: 'End-to-end sealed' }).click();
    await this.page.getByRole('button', { name: 'Create a room' }).click();
    await this.heading('Ready to join?').waitFor();
    return this.page.getByRole('textbox', { name: 'Link to this room' }).inputValue();
  }

  /** Opens a room's link, and is then in its lobby. */
  async openLobby(link: string): Promise<void> {
    await this.page.goto(link);
    await this.heading('Ready to join?').waitFor();
  }

  /** Takes a seat from the lobby, and is then in the call. */
  async join(): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Your name' }).fill(this.name);
    await this.button('Join').click();
    await this.page.getByRole('toolbar', { name: 'Call controls' }).waitFor();
  }

  async openAndJoin(link: string): Promise<void> {
    await this.openLobby(link);
    await this.join();
  }

  /** Leaves by the button; whoever made the room finds that in a menu. */
  async leave(): Promise<void> {
    await this.page.getByRole('button', { name: /^Leave/ }).click();
    const choice = this.page.getByRole('menuitem', { name: 'Leave' });
    await choice.or(this.heading('You have left the room')).first().waitFor();
    if (await choice.isVisible()) await choice.click();
    await this.heading('You have left the room').waitFor();
  }

  /** Says something in the chat, opening it if need be. */
  async write(text: string): Promise<void> {
    await this.openChat();
    await this.page.getByRole('textbox', { name: 'Message' }).fill(text);
    await this.page.keyboard.press('Enter');
  }

  async openPeople(): Promise<void> {
    const open = this.button('Show people');
    if (await open.isVisible()) await open.click();
    await this.people().waitFor();
  }

  /** The list of who is in the call. */
  people(): Locator {
    return this.page.getByRole('list', { name: /^In the call/ });
  }

  /** Chooses from the menu that whoever runs the room has for somebody. */
  async doAbout(name: string, choice: string): Promise<void> {
    await this.openPeople();
    await this.button(`What to do about ${name}`).click();
    await this.page.getByRole('menuitem', { name: choice, exact: true }).click();
  }

  async openChat(): Promise<void> {
    const open = this.button(/^Show the chat/);
    if (await open.isVisible()) await open.click();
    await this.page.getByRole('log', { name: 'Chat messages' }).waitFor();
  }

  /** Waits until the chat shows a text. */
  async reads(text: string): Promise<void> {
    await this.page.getByRole('log', { name: 'Chat messages' }).getByText(text, { exact: true }).waitFor();
  }

  /** What the page shows, for a test that has failed. */
  async story(): Promise<string> {
    const shown = this.page.isClosed() ? '(closed)' : await this.page.locator('body').ariaSnapshot();
    return [`--- ${this.name} at ${this.page.url()}`, shown, ...this.faults].join('\n');
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { name });
  }

  /** Somebody's tile, by the name it shows. */
  tile(name: string): Locator {
    return this.page.getByTestId('tile').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** Waits until a tile shows a picture, and ten more after that one. */
  async seesMoving(name: string): Promise<void> {
    const video = this.tile(name).locator('video');
    await video.waitFor();
    const frames = await video.evaluate(
      (element: HTMLVideoElement) =>
        new Promise<number>((resolve) => {
          let seen = 0;
          const next = (): void => {
            seen += 1;
            if (seen > 10 && element.videoWidth > 0) resolve(seen);
            else element.requestVideoFrameCallback(next);
          };
          element.requestVideoFrameCallback(next);
        }),
    );
    expect(frames).toBeGreaterThan(10);
  }

  /** Waits until a tile's sound is really playing. */
  async hears(name: string): Promise<void> {
    const audio = this.tile(name).locator('audio');
    await audio.waitFor({ state: 'attached' });
    await audio.evaluate(
      (element: HTMLAudioElement) =>
        new Promise<void>((resolve) => {
          const check = (): void => {
            if (!element.paused && element.currentTime > 0) resolve();
          };
          element.addEventListener('timeupdate', check);
          check();
        }),
    );
  }
}
