import type { Backend } from '../../../scripts/browser/harness/contract.ts';

/** Gives an account custom claims, as its owner does by the Admin SDK. A token that is there has them once it is refreshed. */
export async function setClaims(
  { auth, projectId }: Pick<Backend, 'auth' | 'projectId'>,
  localId: string,
  claims: Readonly<Record<string, unknown>>,
): Promise<void> {
  const response = await fetch(
    `${auth}/identitytoolkit.googleapis.com/v1/projects/${projectId}/accounts:update`,
    {
      method: 'POST',
      headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
      body: JSON.stringify({ localId, customAttributes: JSON.stringify(claims) }),
    },
  );
  if (!response.ok) throw new Error(`The Auth emulator says ${response.status}: ${await response.text()}`);
}
