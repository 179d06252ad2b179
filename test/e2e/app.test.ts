import { describe, expect, it } from 'vitest';
import { AppWorld } from './support/app-world.ts';

const world = AppWorld.use();

describe('app › from a link to a call', () => {
  it('[AP1] makes a room at an address of its own, with the link to share', async () => {
    const ada = await world.person('Ada');
    const link = await ada.createRoom();
    expect(new URL(link).pathname).toMatch(/^\/r\/[0-9a-f]{32}$/);
    expect(ada.page.url()).toBe(link);
    await ada.page.getByText('Nobody is in the room yet.').waitFor();
  });

  it('[AP2] tells in the lobby who is in the room and who waits, and in the call who waits', async () => {
    const [ada, ben, cleo] = await Promise.all(['Ada', 'Ben', 'Cleo'].map((name) => world.person(name)));
    const link = await ada!.createRoom();
    await ada!.join();
    await ben!.openLobby(link);
    await ben!.page.getByRole('list', { name: 'In the room (1 of 6)' }).getByText('Ada').waitFor();

    await ben!.page.getByRole('textbox', { name: 'Your name' }).fill('Ben');
    await ben!.page.keyboard.press('Tab');
    await cleo!.openLobby(link);
    await cleo!.page.getByRole('list', { name: 'Waiting like you' }).getByText('Ben').waitFor();
    await ada!.button('Show people').click();
    await ada!.page.getByRole('list', { name: 'In the lobby' }).getByText('Ben').waitFor();
  });

  it('[AP3] shows two people each other, by name, moving and to be heard', async () => {
    const [ada, ben] = await world.pair();
    await Promise.all([ada.hears('Ben'), ben.hears('Ada')]);
    expect(await ada.tile('Ben').getByLabel('Microphone off').count()).toBe(0);
  });

  it('[AP4] carries chat both ways, and counts what is unread', async () => {
    const [ada, ben] = await world.pair();
    await ada.write('Hello Ben');
    await ben.button('Show the chat, 1 unread').waitFor();
    await ben.openChat();
    await ben.reads('Hello Ben');
    await ben.write('<b>Hello</b> Ada');
    await ada.reads('<b>Hello</b> Ada');
  });

  it('[AP5] takes the tile of who leaves away, and lets them come back', async () => {
    const [ada, ben] = await world.pair();
    await ben.leave();
    await ada.tile('Ben').waitFor({ state: 'detached' });
    await ada.heading('Nobody else is here').waitFor();
    await ben.button('Join again').click();
    await Promise.all([ada.seesMoving('Ben'), ben.seesMoving('Ada')]);
  });

  it('[AP6] lets whoever made the room end it for all', async () => {
    const [ada, ben, link] = await world.pair();
    await ada.button('Leave or end the call').click();
    await ada.page.getByRole('menuitem', { name: 'End the room for all' }).click();
    await ada.button('End the room').click();
    await Promise.all([ada, ben].map((person) => person.heading('This room has ended').waitFor()));
    const cleo = await world.person('Cleo');
    await cleo.page.goto(link);
    await cleo.heading('There is no such room').or(cleo.heading('This room has ended')).waitFor();
  });

  it('[AP7] tells the others when camera or microphone are off, and on again', async () => {
    const [ada, ben] = await world.pair();
    await ben.button('Mute the microphone').click();
    await ada.tile('Ben').getByLabel('Microphone off').waitFor();
    await ben.button('Turn the camera off').click();
    await ada.tile('Ben').locator('video').waitFor({ state: 'detached' });
    await ben.button('Unmute the microphone').click();
    await ben.button('Turn the camera on').click();
    await ada.hears('Ben');
    await ada.seesMoving('Ben');
  });

  it('[AP8] sends the screen in the place of the camera, or where there is none', async () => {
    const [ada, ben] = await world.pair();
    await ben.button('Turn the camera off').click();
    await ada.tile('Ben').locator('video').waitFor({ state: 'detached' });
    await ben.button('Share the screen').click();
    await ben.seesMoving('Your screen');
    await ada.seesMoving('Ben');
    await ben.button('Stop sharing the screen').click();
    await ada.tile('Ben').locator('video').waitFor({ state: 'detached' });
  });

  it('[AP9] leaves the room when the page is closed', async () => {
    const [ada, ben] = await world.pair();
    await ben.page.close({ runBeforeUnload: false });
    await ada.tile('Ben').waitFor({ state: 'detached' });
  });

  it('[AP10] goes back into the call when the browser brings back a page that it had put away', async () => {
    const [ada, ben] = await world.pair();
    await ben.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
    await ben.heading('The call was put to rest').waitFor();
    await ada.tile('Ben').waitFor({ state: 'detached' });
    await ben.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
    await Promise.all([ada.seesMoving('Ben'), ben.seesMoving('Ada')]);
  });
});

describe('app › what goes wrong', () => {
  const UNKNOWN_ROOM = '0123456789abcdef0123456789abcdef';

  it('[AP11] refuses a malformed link in words, on the start page and in the address', async () => {
    const ada = await world.person('Ada');
    await ada.page.goto('/');
    await ada.page.getByRole('textbox', { name: 'Room link' }).fill('https://example.org/not-a-room');
    await ada.button('Open').click();
    await ada.page.getByText('This is not a room link or a room id.').waitFor();
    await ada.page.goto('/r/nonsense');
    await ada.heading('This is not a room link').waitFor();
  });

  it('[AP12] says that a room is gone, and offers a new one', async () => {
    const ada = await world.person('Ada');
    await ada.page.goto(`/r/${UNKNOWN_ROOM}`);
    await ada.heading('There is no such room').waitFor();
    await ada.button('New room').click();
    await ada.button('Create a room').waitFor();
  });

  it('[AP13] says that a room is full, and lets one in as soon as a seat is free', async () => {
    const [ada, ben, link] = await world.pair({ seats: 2 });
    const cleo = await world.person('Cleo');
    await cleo.openLobby(link);
    await cleo.page.getByRole('alert').getByText('The room is full').waitFor();
    expect(await cleo.button('Join').isDisabled()).toBe(true);
    await ben.leave();
    await cleo.page.getByText('The room is full').waitFor({ state: 'detached' });
    await cleo.join();
    await Promise.all([ada.seesMoving('Cleo'), cleo.seesMoving('Ada')]);
  });

  it('[AP14] says that there is no camera, and lets one join without', async () => {
    const ada = await world.person('Ada');
    const link = await ada.createRoom();
    await ada.join();
    const ben = await world.person('Ben', {
      before: () => {
        navigator.mediaDevices.getUserMedia = () =>
          Promise.reject(new DOMException('Requested device not found', 'NotFoundError'));
      },
    });
    await ben.openLobby(link);
    await ben.page.getByText('No camera was found. You can join without.').waitFor();
    await ben.page.getByText('No microphone was found. You can join without.').waitFor();
    await ben.join();
    await ben.seesMoving('Ada');
    await ada.tile('Ben').getByLabel('Microphone off').waitFor();
    expect(await ada.tile('Ben').locator('video').count()).toBe(0);
  });

  it('[AP15] says that camera and microphone were refused, and takes them when they are allowed', async () => {
    const ada = await world.person('Ada', {
      before: () => {
        const capture = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = (constraints) =>
          document.title.includes('allowed')
            ? capture(constraints)
            : Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
      },
    });
    await ada.createRoom();
    await ada.page.getByText('The camera may not be used. Allow it in the address bar').waitFor();
    await ada.page.evaluate(() => {
      document.title = 'allowed';
    });
    await ada.button('Try the camera again').click();
    await ada.page.locator('video').waitFor();
    await ada.button('Turn the camera off').waitFor();
  });

  it('[AP16] says that the service cannot be reached, and opens the room once it can', async () => {
    const ada = await world.person('Ada');
    const link = await ada.createRoom();
    const ben = await world.person('Ben');
    const { auth, firestore } = world.stack;
    for (const { url } of [auth, firestore]) await ben.context.route(`${url}/**`, (route) => route.abort());
    await ben.page.goto(link);
    await ben.heading('The service cannot be reached').waitFor();
    await ben.context.unrouteAll();
    await ben.button('Try again').click();
    await ben.heading('Ready to join?').waitFor();
  });

  it('[AP17] says that its own configuration is missing, and goes on once it is there', async () => {
    const ada = await world.person('Ada');
    await ada.context.route('**/__/firebase/init.json', (route) => route.fulfill({ status: 404 }));
    await ada.page.goto('/');
    await ada.heading('This site is not reachable').waitFor();
    await ada.context.unrouteAll();
    await ada.button('Try again').click();
    await ada.button('Create a room').waitFor();
  });

  it('[AP18] goes on with the call while the service is away, and says so', async () => {
    const [ada, ben] = await world.pair();
    await ada.context.setOffline(true);
    await ada.page.getByText('The service cannot be reached at present. The call goes on').waitFor();
    await ada.seesMoving('Ben');
    await ada.write('Still here');
    await ben.openChat();
    await ben.reads('Still here');
    await ada.context.setOffline(false);
    await ada.page.getByText('The service cannot be reached at present.').waitFor({ state: 'detached' });
  });
});

describe('app › for everybody', () => {
  it('[AP19] can be used with the keyboard alone', async () => {
    const ada = await world.person('Ada');
    const ben = await world.person('Ben');
    const link = await ada.createRoom();
    await ada.page.getByRole('textbox', { name: 'Your name' }).focus();
    await ada.page.keyboard.press('Enter');
    await ada.page.getByRole('toolbar', { name: 'Call controls' }).waitFor();
    await ben.openAndJoin(link);
    await ben.button(/^Leave/).focus();
    await ben.page.keyboard.press('Enter');
    await ben.heading('You have left the room').waitFor();
    expect(await ben.page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  });

  it('[AP20] reads out who comes and goes', async () => {
    const [ada, ben] = await world.pair();
    await ada.page.getByRole('status').filter({ hasText: 'Ben has joined' }).waitFor({ state: 'attached' });
    await ben.leave();
    await ada.page.getByRole('status').filter({ hasText: 'Ben has left' }).waitFor({ state: 'attached' });
  });

  it('[AP21] fits a screen 360 pixels wide, in every place', async () => {
    const ada = await world.person('Ada', { viewport: { width: 360, height: 640 } });
    const overflow = (): Promise<number> =>
      ada.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await ada.page.goto('/');
    await ada.button('Create a room').waitFor();
    expect(await overflow()).toBe(0);
    await ada.createRoom();
    await ada.page.locator('video').waitFor();
    expect(await overflow()).toBe(0);
    await ada.join();
    expect(await overflow()).toBe(0);
    const controls = await ada.page.getByRole('toolbar', { name: 'Call controls' }).boundingBox();
    expect(controls!.width).toBeLessThanOrEqual(360);
    await ada.leave();
    expect(await overflow()).toBe(0);
  });

  it('[AP22] remembers the name, and does not ask for one', async () => {
    const ada = await world.person('Ada');
    await ada.createRoom();
    await ada.page.goto('/');
    expect(await ada.page.getByRole('textbox', { name: 'Your name' }).inputValue()).toBe('Ada');
    await ada.page.getByRole('textbox', { name: 'Your name' }).fill('');
    await ada.button('Create a room').click();
    await ada.button('Join').click();
    await ada.page.getByRole('toolbar', { name: 'Call controls' }).waitFor();
    await ada.button('Show people').click();
    await ada.page.getByRole('list', { name: 'In the call (1 of 6)' }).getByText('Guest').waitFor();
  });
});
