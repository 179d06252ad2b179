import { readFileSync } from 'node:fs';
import path from 'node:path';
import { StackError } from './stack-error.ts';

/**
 * Gives the emulator the rules once more and hears what it thinks of them: with a broken file it starts all the
 * same, and says so in its log only.
 */
export async function loadRules(firestoreUrl: string, projectId: string, rulesFile: string): Promise<void> {
  const content = readFileSync(rulesFile, 'utf8');
  const response = await fetch(`${firestoreUrl}/emulator/v1/projects/${projectId}:securityRules`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: 'Bearer owner' },
    body: JSON.stringify({ rules: { files: [{ name: 'security.rules', content }] } }),
  });
  const body = await response.text();
  if (response.ok) return;
  throw new StackError(
    'stack/rules-invalid',
    `The Firestore emulator rejects ${path.basename(rulesFile)}. ${messageIn(body)}`,
    `Correct ${rulesFile} and start again.`,
  );
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
