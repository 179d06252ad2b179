import { describe, expect, it } from 'vitest';
import type { AppPage } from './support/app-page.ts';
import { AppWorld } from './support/app-world.ts';

const world = AppWorld.use();

async function knock(person: AppPage, link: string): Promise<void> {
  await person.page.goto(link);
  await person.page.getByRole('textbox', { name: 'Your name' }).fill(person.name);
  await person.button('Knock').click();
  await person.heading('Waiting to be let in…').waitFor();
}

const expectFits = async ({ page }: AppPage): Promise<void> =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
const PHONE = { width: 360, height: 740 };

describe('app › who may come in', () => {
  it('[AP23] a password is asked for, a wrong one can be corrected; the room may be sealed as well', async () => {
    const [ada, ben] = await Promise.all([world.person('Ada'), world.person('Ben', { viewport: PHONE })]);
    const link = await ada.createRoom({
      door: 'Whoever knows a password',
      password: 'correct horse',
      isSealed: true,
    });
    expect(link).toContain('#k=');
    await ada.join();
    await ben.page.goto(link);
    await ben.heading('This room has a password').waitFor();
    await ben.page.getByRole('textbox', { name: 'Password' }).fill('wrong');
    await ben.button('Enter').click();
    await ben.page.getByText('That is not the password.').waitFor();
    await expectFits(ben);
    await ben.page.getByRole('textbox', { name: 'Password' }).fill('correct horse');
    await ben.page.keyboard.press('Enter');
    await ben.heading('Ready to join?').waitFor();
    await ben.join();
    await Promise.all([ada.seesMoving('Ben'), ben.seesMoving('Ada')]);
  });

  it('[AP24] [AP31] [AP32] who knocks waits, is seen and read out, and is let in or told', async () => {
    const [ada, ben, eve] = await Promise.all([
      world.person('Ada'),
      world.person('Ben', { viewport: PHONE }),
      world.person('Eve'),
    ]);
    const link = await ada.createRoom({ door: 'Whoever knocks and is let in' });
    await knock(ben, link);
    await expectFits(ben);
    // Ada is in the lobby.
    await ada.button('Admit Ben').press('Enter');
    await ben.heading('Ready to join?').waitFor();
    await ada.join();
    await ben.join();
    await Promise.all([ada.seesMoving('Ben'), ben.seesMoving('Ada')]);

    await knock(eve, link);
    await ada.button(/1 at the door$/).waitFor();
    await ada.page.getByRole('status').filter({ hasText: 'Eve knocks' }).waitFor({ state: 'attached' });
    await eve.button('Cancel').click();
    await eve.heading('Somebody has to let you in').waitFor();
    await eve.button('Knock').click();
    await eve.heading('Waiting to be let in…').waitFor();
    await ada.button('Decline Eve').press('Enter');
    await eve.heading('You have not been let in').waitFor();
  });

  it('[AP25] [AP35] an invite link lets in as often as it says, and the page says when it is used', async () => {
    const [ada, ben, eve] = await Promise.all([
      world.person('Ada', { viewport: PHONE }),
      world.person('Ben'),
      world.person('Eve'),
    ]);
    const plain = await ada.createRoom({ door: 'Whoever has an invite' });
    await ada.join();
    await ada.button('Create an invite link').click();
    await expectFits(ada);
    const link = await ada.page.getByRole('textbox', { name: 'Invite link' }).inputValue();
    await ben.openAndJoin(link);
    expect(ben.page.url()).toBe(plain);
    await Promise.all([ada.seesMoving('Ben'), ben.seesMoving('Ada')]);
    await eve.page.goto(link);
    await eve.heading('This invite has been used').waitFor();
    const cleo = await world.person('Cleo');
    await cleo.page.goto(plain);
    await cleo.heading('You need an invite').waitFor();
    await cleo.page.goto(link);
    await cleo.heading('This invite has been used').waitFor();
  });

  it('[AP26] [AP33] [AP34] a locked room says so, and lets one knock; seats and lock can be changed', async () => {
    const [ada, ben, link] = await world.pair();
    await ada.openPeople();
    await ada.page.getByRole('switch', { name: 'Lock the room' }).click();
    await ben.page.getByRole('img', { name: 'The room is locked' }).waitFor();
    const cleo = await world.person('Cleo');
    await cleo.page.goto(link);
    await cleo.heading('The room is locked').waitFor();
    await knock(cleo, link);
    await ada.page.getByLabel('Seats', { exact: true }).selectOption('2');
    await ada.button('Admit Cleo').click();
    await cleo.page.getByText('The room is full').waitFor();
    await ada.page.getByLabel('Seats', { exact: true }).selectOption('3');
    await cleo.join();
    await ada.seesMoving('Cleo');

    await ben.leave();
    await knock(ben, link);
    await ada.button('Admit Ben').waitFor();
    await ada.page.getByRole('switch', { name: 'Lock the room' }).click();
    await ben.heading('Ready to join?').waitFor();
    await ben.page.getByRole('list', { name: /3\)$/ }).waitFor();
  });
});

describe('app › who runs the room', () => {
  it('[AP27] asks somebody to mute, who is told by whom, and does it with one click', async () => {
    const [ada, ben] = await world.pair();
    await ada.doAbout('Ben', 'Ask to mute');
    await ben.page.getByText('Ada asks you to mute').first().waitFor();
    await ben.button('Mute').click();
    await ada.tile('Ben').getByLabel('Microphone off').waitFor();
  });

  it('[AP28] gives roles: a viewer only watches; and another host, whom everybody sees', async () => {
    const [ada, ben] = await world.pair();
    await ada.doAbout('Ben', 'Make viewer');
    await ben.tile('You watch').waitFor();
    await ada.tile('Ben').locator('video').waitFor({ state: 'detached' });
    expect(await ben.button('Turn the camera off').count()).toBe(0);
    await ada.people().getByText('viewer').waitFor();
    await ada.doAbout('Ben', 'Make speaker');
    await ada.seesMoving('Ben');

    await ben.openPeople();
    await ben.people().getByRole('listitem').filter({ hasText: 'Ada' }).getByText('host').waitFor();
    expect(await ben.button('What to do about Ada').count()).toBe(0);
    await ada.doAbout('Ben', 'Make host');
    await ben.people().getByRole('listitem').filter({ hasText: 'Ben' }).getByText('host').waitFor();
    await ben.button('What to do about Ada').waitFor();
    await ada.tile('Ben').getByLabel('Host').waitFor();
  });

  it('[AP19] [AP29] takes somebody out, who is told, and keeps the banned out until they are let back in', async () => {
    const [ada, ben] = await world.pair();
    await ada.doAbout('Ben', 'Remove');
    await ben.heading('You were taken out of the room').waitFor();
    await ada.tile('Ben').waitFor({ state: 'detached' });
    await ben.button('Join again').click();
    await Promise.all([ada.seesMoving('Ben'), ben.seesMoving('Ada')]);

    // With the keyboard alone. Escape closes the dialog, and not the panel with it.
    const { keyboard } = ada.page;
    const focused = ada.page.locator(':focus');
    const menu = ada.button('What to do about Ben');
    const askToBan = async (): Promise<void> => {
      await menu.press('Enter');
      await ada.page.locator('[role="menu"] :focus').waitFor({ state: 'attached' });
      await keyboard.press('ArrowDown');
      await keyboard.press('ArrowUp');
      await keyboard.press('Enter');
      await ada.button('Cancel').and(focused).waitFor();
    };
    await askToBan();
    await keyboard.press('Escape');
    await menu.and(focused).waitFor();
    await askToBan();
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await ben.heading('You were taken out of the room').waitFor();
    await ben.button('Join again').click();
    await ben.heading('You may not come into this room').waitFor();
    await ada.button('Let Ben back in').press('Enter');
    await ada.page.getByRole('list', { name: /^Banned/ }).waitFor({ state: 'detached' });
    await ben.button('Try again').click();
    await ben.heading('Ready to join?').waitFor();
  });

  it('[AP30] a second tab of somebody is somebody more, and leaves by itself', async () => {
    const [ada, ben, link] = await world.pair();
    const second = await ben.context.newPage();
    await second.goto(link);
    await second.getByRole('button', { name: 'Join', exact: true }).click();
    await second.getByRole('toolbar', { name: 'Call controls' }).waitFor();
    await ada.page.getByTestId('tile').nth(2).waitFor();
    await second.close();
    await ada.page.getByTestId('tile').nth(2).waitFor({ state: 'detached' });
    await ada.seesMoving('Ben');
  });
});
