import type { LobbyVisitor, Room } from 'firesignal';
import { useEffect, useState } from 'react';

/** Who is in the lobby or seated. Costs a read for each visitor, so it is followed only while shown. */
export function useLobbyVisitors(room: Room): readonly LobbyVisitor[] {
  const [visitors, setVisitors] = useState<readonly LobbyVisitor[]>([]);
  useEffect(() => room.watchLobby(setVisitors), [room]);
  return visitors;
}
