import path from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeBlocks } from './support.ts';

/** A folder from which the workspaces can be imported by name. Nothing is written there. */
const FOLDER = path.resolve(import.meta.dirname, '../..');
/** The standard library and Firebase take the compiler a while. */
const COMPILE_LIMIT_MS = 60_000;

const EXAMPLES = ['README.md', 'docs/adopting.md'].flatMap((page) => codeBlocks(page, 'ts'));
const BROKEN_EXAMPLE = "import { nothing } from 'firesignal';\nvoid nothing;\n";

/** What the compiler says of each of some modules, with the options of this project. */
function problemsOf(codes: readonly string[]): readonly (readonly string[])[] {
  const config = ts.readConfigFile(path.join(FOLDER, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, FOLDER);
  Object.assign(options, { noEmit: true, incremental: false, tsBuildInfoFile: undefined, types: [] });
  const modules = new Map(codes.map((code, n) => [path.join(FOLDER, `example-${String(n)}.ts`), code]));

  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.readFile = (file) => modules.get(file) ?? readFile(file);
  host.fileExists = (file) => modules.has(file) || fileExists(file);
  host.getSourceFile = (file, languageVersion, ...rest) => {
    const code = modules.get(file);
    return code === undefined
      ? getSourceFile(file, languageVersion, ...rest)
      : ts.createSourceFile(file, code, languageVersion);
  };

  const program = ts.createProgram({ rootNames: [...modules.keys()], options, host });
  return [...modules.keys()].map((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
    );
  });
}

describe('docs › examples', () => {
  let problems: readonly (readonly string[])[] = [];
  beforeAll(() => {
    problems = problemsOf([...EXAMPLES, BROKEN_EXAMPLE]);
  }, COMPILE_LIMIT_MS);

  it('are there, the first one of the README of about ten lines', () => {
    expect(EXAMPLES.length).toBeGreaterThan(0);
    expect(EXAMPLES[0]?.trim().split('\n').length).toBeLessThanOrEqual(12);
  });

  it('compile against the public API', () => {
    expect(problems.slice(0, -1).flat()).toEqual([]);
  });

  it('are compiled by a compiler that notices what is not there', () => {
    expect(problems.at(-1)).toEqual(["Module '\"firesignal\"' has no exported member 'nothing'."]);
  });
});
