import path from 'node:path';
import type { PageSource } from '../../browser/page-server.ts';

export const REFERENCE: PageSource = {
  name: 'reference',
  script: path.join(import.meta.dirname, 'page.ts'),
};
