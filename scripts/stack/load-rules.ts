import { readFileSync } from 'node:fs';
import path from 'node:path';
import { StackError } from './stack-error.ts';

/** An emulator that has just begun to listen may hang up on a connection. */
const TRIES = 3;

/**
 * Gives the emulator the rules once more and hears what it thinks of them: with a broken file it starts all the
 * same, and says so in its log only.
 * @throws {StackError} `stack/rules-invalid`; `stack/port-taken` where it does not answer, as one of somebody else's that has ended
 */
export async function loadRules(firestoreUrl: string, projectId: string, rulesFile: string): Promise<void> {
  const content = readFileSync(rulesFile, 'utf8');
  const response = await put(`${firestoreUrl}/emulator/v1/projects/${projectId}:securityRules`, {
    rules: { files: [{ name: 'security.rules', content }] },
  });
  const body = await response.text();
  if (response.ok) return;
  throw new StackError(
    'stack/rules-invalid',
    `The Firestore emulator rejects ${path.basename(rulesFile)}. ${messageIn(body)}`,
    `Correct ${rulesFile} and start again.`,
  );
}

async function put(url: string, body: object): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fetch(url, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', authorization: 'Bearer owner' },
        body: JSON.stringify(body),
      });
    } catch (cause) {
      if (attempt < TRIES) continue;
      throw new StackError(
        'stack/port-taken',
        'What listens on the port of the Firestore emulator does not take its rules.',
        'Try again.',
        { cause },
      );
    }
  }
}

/** "Error compiling rules:", then a line for each error with its place. */
function messageIn(body: string): string {
  try {
    const answer = JSON.parse(body) as { error?: { message?: string } };
    return answer.error?.message ?? body;
  } catch {
    return body;
  }
}
