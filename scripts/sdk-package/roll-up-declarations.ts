import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
} from '@microsoft/api-extractor';
import { PROJECT_ROOT } from '../setup/set-up.mjs';

const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/**
 * Writes the SDK's public API as one declaration file, the protocol's types inside.
 * @throws when a public type names one that is not exported
 */
export function rollUpDeclarations({ sdk, file }: { sdk: string; file: string }): void {
  // In the project: API Extractor looks for the types of Firebase from where the declarations lie.
  const folder = mkdtempSync(path.join(sdk, 'dist', 'declarations-'));
  const reports = mkdtempSync(path.join(tmpdir(), 'firesignal-api-'));
  try {
    // The protocol is another package to the compiler: it does not go along with the SDK.
    for (const workspace of [path.join(PROJECT_ROOT, 'protocol'), sdk]) emitDeclarations(workspace, folder);
    const problems: string[] = [];
    const { succeeded } = Extractor.invoke(configure({ sdk, folder, file, reports }), {
      localBuild: true,
      messageCallback: (message) => {
        message.handled = true;
        // The protocol's lists stand behind its union types, and need no name outside.
        const isList = message.messageId === 'ae-forgotten-export' && fromProtocol(message);
        if (isList) message.logLevel = ExtractorLogLevel.None;
        if (message.logLevel === ExtractorLogLevel.Error || message.logLevel === ExtractorLogLevel.Warning)
          problems.push(describe(message));
      },
    });
    if (!succeeded) throw new Error(`The public API has problems:\n${problems.join('\n')}`);
  } finally {
    for (const temporary of [folder, reports]) rmSync(temporary, { recursive: true, force: true });
  }
}

function emitDeclarations(workspace: string, folder: string): void {
  execFileSync(
    process.execPath,
    [
      TSC,
      ...['--project', path.join(workspace, 'tsconfig.json'), '--outDir', folder, '--rootDir', PROJECT_ROOT],
      ...[
        '--noEmit',
        'false',
        '--declaration',
        '--emitDeclarationOnly',
        '--stripInternal',
        '--incremental',
        'false',
      ],
      ...['--tsBuildInfoFile', 'null'],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
}

function configure(at: { sdk: string; folder: string; file: string; reports: string }): ExtractorConfig {
  const manifest = path.join(at.sdk, 'package.json');
  const tsconfig = path.join(at.folder, 'tsconfig.json');
  writeFileSync(
    tsconfig,
    JSON.stringify({
      extends: path.join(PROJECT_ROOT, 'tsconfig.base.json'),
      compilerOptions: {
        lib: ['ES2023', 'DOM', 'DOM.Iterable'],
        // The declarations just written, not the sources that the workspace resolves to.
        paths: { '@firesignal/protocol': [path.join(at.folder, 'protocol', 'src', 'index.d.ts')] },
      },
      files: [path.join(at.folder, 'web', 'sdk', 'src', 'index.d.ts')],
    }),
  );
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: at.sdk,
      mainEntryPointFilePath: path.join(at.folder, 'web', 'sdk', 'src', 'index.d.ts'),
      compiler: { tsconfigFilePath: tsconfig, skipLibCheck: true },
      bundledPackages: ['@firesignal/protocol'],
      apiReport: { enabled: false, reportFileName: 'firesignal.api.md', reportTempFolder: at.reports },
      docModel: { enabled: false },
      dtsRollup: { enabled: true, untrimmedFilePath: at.file },
      tsdocMetadata: { enabled: false },
      messages: {
        extractorMessageReporting: {
          // Everything that the index exports is public.
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Error },
        },
        // What stands in comments is for `npm run lint` and for readers.
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: manifest,
  });
}

function fromProtocol({ sourceFilePath }: ExtractorMessage): boolean {
  return sourceFilePath?.includes(`${path.sep}protocol${path.sep}`) === true;
}

function describe({ text, sourceFilePath, sourceFileLine }: ExtractorMessage): string {
  const place = sourceFilePath === undefined ? '' : `${sourceFilePath}:${sourceFileLine ?? 0} `;
  return `${place}${text}`;
}
