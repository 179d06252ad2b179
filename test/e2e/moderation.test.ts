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
    const link = await ada.createRoom({ door: 'Whoever knows a password', password: 'correct horse', isSealed: true });
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

  it('[AP24] who knocks waits, is seen and read out, and is let in or told', async () => {
    const [ada, ben, eve] = await Promise.all([
      world.person('Ada'),
      world.person('Ben', { viewport: PHONE }),
      world.person('Eve'),
    ]);
    const link = await ada.createRoom({ door: 'Whoever knocks and is let in' });
    await ada.join();
    await knock(ben, link);
    await expectFits(ben);
    await ada.button(/1 at the door$/).waitFor();
    await ada.page.getByRole('status').filter({ hasText: 'Ben knocks' }).waitFor({ state: 'attached' });
    await ada.openPeople();
    await ada.button('Admit Ben').click();
    await ben.heading('Ready to join?').waitFor();
    await ben.join();
    await Promise.all([ada.seesMoving('Ben'), ben.seesMoving('Ada')]);

    await knock(eve, link);
    await ada.button('Decline Eve').click();
    await eve.heading('You have not been let in').waitFor();
  });

  it('[AP25] an invite link lets in as often as it says, and the page says when it is used', async () => {
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
  });

  it('[AP26] a locked room says so, and lets one knock', async () => {
    const [ada, ben, link] = await world.pair();
    await ada.openPeople();
    await ada.page.getByRole('switch', { name: 'Lock the room' }).click();
    await ben.page.getByRole('img', { name: 'The room is locked' }).waitFor();
    const cleo = await world.person('Cleo');
    await cleo.page.goto(link);
    await cleo.heading('The room is locked').waitFor();
    await knock(cleo, link);
    await ada.button('Admit Cleo').click();
    await cleo.heading('Ready to join?').waitFor();
    await cleo.join();
    await ada.seesMoving('Cleo');
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

  it('[AP29] takes somebody out, who is told; who was banned does not come back', async () => {
    const [ada, ben] = await world.pair();
    await ada.doAbout('Ben', 'Remove');
    await ben.heading('You were taken out of the room').waitFor();
    await ada.tile('Ben').waitFor({ state: 'detached' });
    await ben.button('Join again').click();
    await Promise.all([ada.seesMoving('Ben'), ben.seesMoving('Ada')]);

    await ada.doAbout('Ben', 'Ban…');
    await ada.button('Ban').click();
    await ben.heading('You were taken out of the room').waitFor();
    await ben.button('Join again').click();
    await ben.heading('You may not come into this room').waitFor();
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
