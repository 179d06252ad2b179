import { SignalingError } from '../errors.ts';
import type { LeaveReason } from '../events.ts';
import type { Departure } from './departure.ts';
import type { Entry } from './entry.ts';
import type { Lobby } from './lobby.ts';
import type { Room, RoomDocuments } from './room-documents.ts';
import { isDenied, isOver } from './room-verdict.ts';
import type { Visit } from './room-visit.ts';

export type SeatCheckOptions = {
  readonly visit: Visit;
  readonly documents: RoomDocuments;
  readonly entry: Entry;
  readonly lobby: Lobby;
  readonly departure: Departure;
  readonly room: () => Room | undefined;
  /** `over` also while the visit is leaving. */
  readonly phase: () => 'lobby' | 'seated' | 'over' | 'between';
  readonly onOver: (reason: LeaveReason) => void;
  readonly report: (error: SignalingError) => void;
};

/** Finds out whether the seat is still there when something is refused, and ends the visit when it is not. */
export class SeatCheck {
  readonly #options: SeatCheckOptions;

  constructor(options: SeatCheckOptions) {
    this.#options = options;
  }

  /** What is left without the seat is taken along. */
  lost(reason: 'seat-lost' | 'kicked'): void {
    const { departure, onOver, room } = this.#options;
    const takeRest = departure.afterLoss();
    const isEnded = room()?.endedAt !== undefined;
    onOver(isEnded ? 'room-ended' : reason);
    if (!isEnded) takeRest();
  }

  /** A renewal was refused: the room is over, the seat is gone, or it was a passing fault. */
  async renewalRefused(): Promise<void> {
    const { documents, onOver, phase, report, room, visit } = this.#options;
    if (isOver(room(), visit.transport.serverNow())) {
      onOver('room-ended');
      return;
    }
    try {
      const seats = await documents.readSeats();
      const own = [...seats.values()].find(({ peer }) => peer === visit.peerId);
      if (phase() === 'over') return;
      if (own === undefined) this.lost('seat-lost');
      else if (own.kicked !== undefined) this.lost('kicked');
    } catch (error) {
      if (isDenied(error)) await this.rosterDenied();
      else report(SignalingError.from(error));
    }
  }

  /** The roster is not for this user any more: somebody has taken the admission away, or it was a passing fault. */
  async rosterDenied(): Promise<void> {
    const { entry, lobby, phase, report } = this.#options;
    if (phase() === 'lobby') await lobby.recover();
    if (phase() !== 'seated') return;
    try {
      const isGone = (await entry.read()) === undefined;
      if (isGone && phase() === 'seated') this.lost('kicked');
    } catch (error) {
      report(SignalingError.from(error));
    }
  }
}
