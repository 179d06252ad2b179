import type { CandidatePair } from './contract.ts';

type Entry = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

async function entries(connection: RTCPeerConnection): Promise<readonly Entry[]> {
  const report = await connection.getStats();
  const all: Entry[] = [];
  report.forEach((entry: Entry) => all.push(entry));
  return all;
}

/** Frames decoded so far, one entry for each incoming video stream. */
export async function framesDecoded(connection: RTCPeerConnection): Promise<readonly number[]> {
  return (await entries(connection))
    .filter((entry) => entry.type === 'inbound-rtp' && entry['kind'] === 'video')
    .map((entry) => Number(entry['framesDecoded'] ?? 0));
}

/** The candidate types of the pair in use. */
export async function selectedPair(connection: RTCPeerConnection): Promise<CandidatePair | undefined> {
  const all = await entries(connection);
  const byId = new Map(all.map((entry) => [entry.id, entry]));
  const transport = all.find((entry) => entry.type === 'transport');
  const pair = byId.get(String(transport?.['selectedCandidatePairId']));
  const local = byId.get(String(pair?.['localCandidateId']));
  const remote = byId.get(String(pair?.['remoteCandidateId']));
  if (local === undefined || remote === undefined) return undefined;
  return {
    local: String(local['candidateType']),
    remote: String(remote['candidateType']),
    protocol: String(local['protocol']),
  };
}
