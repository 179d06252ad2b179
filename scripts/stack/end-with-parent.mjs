/**
 * Loaded into the processes in which the Functions emulator runs functions. They listen on a socket, and would go on for
 * ever when firebase-tools is killed; nothing in their command lines says which stack they belong to.
 */
if (process.channel !== undefined) process.once('disconnect', () => process.exit());
