import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import type { FromRelay, ToRelay } from './contract.ts';

export type Relay = { readonly host: string; readonly port: number; readonly close: () => Promise<void> };

const HOST = '127.0.0.1';

/**
 * The signaling server that tutorials have: rooms of Socket.IO, everything passed on to the others in the room. A join costs
 * three messages one after the other: peer-joined, offer, answer.
 */
export async function startRelay(): Promise<Relay> {
  const http = createServer();
  const io = new Server<ToRelay, FromRelay>(http, { cors: { origin: '*' } });
  io.on('connection', (socket) => {
    socket.on('join', (room, done) => {
      socket.to(room).emit('peer-joined');
      void socket.join(room);
      done();
    });
    socket.on('leave', (room, done) => {
      void socket.leave(room);
      done();
    });
    socket.on('description', (room, description) => socket.to(room).emit('description', description));
    socket.on('candidate', (room, candidate) => socket.to(room).emit('candidate', candidate));
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject).listen(0, HOST, resolve);
  });
  return {
    host: HOST,
    port: (http.address() as AddressInfo).port,
    close: async () => {
      await io.close();
    },
  };
}
